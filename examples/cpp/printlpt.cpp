/* SPDX-License-Identifier: MIT
 *
 * Prints one line through a parallel port by hand, byte by byte: wait until the printer is not
 * busy, put the byte on the data lines, pulse STROBE. Needs the three ports at the base address,
 * 378-37A for LPT1; works on every Windows.
 */
#include <cstdio>
#include <stdexcept>
#include <string>
#include <windows.h>
#include <userport/userport.hpp>

namespace
{

class printer
{
  public:
    printer(userport::ports &ports, std::uint16_t base)
        : ports_(ports), data_(base), status_(static_cast<std::uint16_t>(base + 1)),
          control_(static_cast<std::uint16_t>(base + 2))
    {
        ports_.out8(control_, idle);
        if (ports_.in8(status_) == 0xFF) {
            throw std::runtime_error("the status register reads FF: there is no parallel port");
        }
    }

    // Looks for 1 ms at a time, so that a slow printer does not cost the whole processor.
    void wait_ready()
    {
        const DWORD start = GetTickCount();

        while (!ports_.wait8(status_, ready, ready, 1000)) {
            if (GetTickCount() - start >= 2000) {
                throw std::runtime_error("the printer is not ready after 2 s");
            }
            Sleep(1);
        }
    }

    // A list is one call for several accesses, and nothing of it runs when one port of it is not
    // granted.
    void print(const std::string &text)
    {
        for (const char byte : text) {
            wait_ready();
            ports_.run({userport::write(data_, static_cast<unsigned char>(byte)),
                        userport::delay(1), userport::write(control_, strobe), userport::delay(1),
                        userport::write(control_, idle)});
        }
    }

  private:
    static const unsigned ready = 0x80; // the printer's BUSY line, inverted: 1 = send the next byte
    static const unsigned idle =
        0x0C; // SELECT, and neither INIT nor STROBE (INIT is on while bit 2 is 0)
    static const unsigned strobe = 0x0D; // the same with STROBE: the printer takes the byte

    userport::ports &ports_;
    const std::uint16_t data_, status_, control_;
};

} // namespace

int main(int argc, char **argv)
{
    try {
        unsigned long base = 0x378; // LPT1
        int next = 1;
        if (argc > 1 && argv[1] == std::string("-b")) {
            base = std::stoul(argc > 2 ? argv[2] : "", nullptr, 16);
            next = 3;
        }
        if (base < 0x100 || base > 0xFFFC) {
            throw std::out_of_range("base");
        }
        std::string text =
            next < argc ? argv[next] : "UserPort: this line went through a parallel port.";
        while (++next < argc) {
            text += std::string(" ") + argv[next];
        }
        text += "\r\n";

        userport::ports ports;
        printer lpt(ports, static_cast<std::uint16_t>(base));
        lpt.print(text);
        lpt.wait_ready(); // again: the printer has taken the last byte too
        std::printf("printlpt: the port at %lX took %u bytes, CR and LF at the end\n", base,
                    static_cast<unsigned>(text.size()));
        return 0;
    } catch (const std::logic_error &) { // of stoul, or ours
        std::fprintf(stderr,
                     "usage: printlpt [-b BASE] [TEXT...]   BASE: in hexadecimal; default 378\n");
        return 2;
    } catch (const std::exception &problem) {
        std::fprintf(stderr, "printlpt: %s\n", problem.what());
        return 1;
    }
}
