#include "../test.h"
static const struct test tests[] = {{NULL, NULL}};
const struct suite suite_scope = {"scope", tests, NULL};
