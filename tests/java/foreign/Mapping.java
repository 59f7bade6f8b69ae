// SPDX-License-Identifier: MIT

import java.lang.foreign.MemoryLayout;
import java.lang.invoke.MethodHandle;
import java.lang.reflect.Field;

/** For tests/unit/test_java.py: how the library over foreign functions sees userport.h. Arguments: STRUCTURE.FIELD... */
public final class Mapping {
    private Mapping() {}

    private static MemoryLayout layout(String structure) {
        return structure.equals("up_operation") ? UserPortLibrary.OPERATION
                : structure.equals("up_failure") ? UserPortLibrary.FAILURE
                : UserPortLibrary.ACCESS;
    }

    public static void main(String[] arguments) throws Exception {
        for (Field field : UserPortLibrary.class.getDeclaredFields()) {
            if (field.getType() == MethodHandle.class) {
                MethodHandle handle = (MethodHandle) field.get(null);
                StringBuilder line = new StringBuilder("function " + field.getName() + " " + handle.type().returnType().getSimpleName());

                for (Class<?> type : handle.type().parameterList()) {
                    line.append(" ").append(type.getSimpleName());
                }
                System.out.println(line);
            }
        }
        for (String argument : arguments) {
            String[] names = argument.split("\\.");
            System.out.println("field " + names[0] + " " + names[1] + " "
                    + layout(names[0]).byteOffset(MemoryLayout.PathElement.groupElement(names[1])));
        }
        for (String structure : new String[] {"up_operation", "up_failure", "up_access"}) {
            System.out.println("size " + structure + " " + layout(structure).byteSize());
        }
    }
}
