/* SPDX-License-Identifier: MIT
 *
 * Resets the printer: holds the INIT line of the parallel port low for 100 ms, as in Figure 3 of
 * UserPort's manual. Needs the control port, 37A for LPT1; works on every Windows, 64-bit too.
 */
#include <cstdio>
#include <stdexcept>
#include <string>
#include <windows.h>
#include <userport/userport.hpp>

namespace
{

const unsigned init = 0x04; // bit 2 of the control register: 0 = the printer resets

void reset_printer(userport::ports &ports, std::uint16_t base)
{
    const auto control = static_cast<std::uint16_t>(base + 2);
    const unsigned value = ports.in8(control);

    ports.out8(control, value & ~init);
    Sleep(100);
    ports.out8(control, value | init);
}

std::uint16_t base_address(const std::string &text)
{
    std::size_t used;
    const unsigned long base = std::stoul(text, &used, 16);

    if (used != text.size() || base < 0x100 || base > 0xFFFC) {
        throw std::out_of_range(text);
    }
    return static_cast<std::uint16_t>(base);
}

} // namespace

int main(int argc, char **argv)
{
    try {
        const std::uint16_t base = base_address(argc > 1 ? argv[argc - 1] : "378"); // LPT1
        userport::ports ports; // throws when the driver is not running, and closes itself at the
                               // end of the block

        reset_printer(ports, base);
        std::printf("resetlpt: INIT of the port at %X was low for 100 ms: the printer is reset\n",
                    base);
        return 0;
    } catch (const std::logic_error &) { // of stoul, or ours
        std::fprintf(
            stderr,
            "usage: resetlpt [BASE]   BASE: the port's base address in hexadecimal; default 378\n");
        return 2;
    } catch (
        const std::exception &problem) { // userport::error says what could not be done, and why
        std::fprintf(stderr, "resetlpt: %s\n", problem.what());
        return 1;
    }
}
