{ SPDX-License-Identifier: MIT

  A Pascal program that asks the kernel for its ports, by Free Pascal's own unit, which calls it without the C library, and then
  writes 65 to 378. Prints what ioperm and iopl answer: 0 or -1. }
program asks;

uses x86;

begin
  writeln(fpIOperm($378, 3, 1), ' ', fpIOPL(3), ' ', fpIOperm($378, 4, 1));
  WritePortB($378, $65);
end.
