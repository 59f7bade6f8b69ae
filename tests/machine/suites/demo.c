#include "../test.h"
static const struct test tests[] = {{NULL, NULL}};
const struct suite suite_demo = {"demo", tests, NULL};
