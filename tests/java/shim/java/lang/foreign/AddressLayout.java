// SPDX-License-Identifier: MIT
// Of the test-only shim of java.lang.foreign: see ../../../README.md.
package java.lang.foreign;

public interface AddressLayout extends ValueLayout {
    @Override
    AddressLayout withName(String name);
}
