// SPDX-License-Identifier: MIT

import com.sun.jna.Structure;
import java.lang.reflect.Method;

/** For tests/unit/test_java.py: how the library over JNA sees the functions and the structures of userport.h. */
public final class Mapping {
    private Mapping() {}

    private static void structure(String name, Structure structure) throws Exception {
        Method offset = Structure.class.getDeclaredMethod("fieldOffset", String.class);

        offset.setAccessible(true);
        for (String field : structure.getClass().getAnnotation(Structure.FieldOrder.class).value()) {
            System.out.println("field " + name + " " + field + " " + offset.invoke(structure, field));
        }
        System.out.println("size " + name + " " + structure.size());
    }

    public static void main(String[] arguments) throws Exception {
        for (Method method : UserPortLibrary.Functions.class.getMethods()) {
            StringBuilder line = new StringBuilder("function " + method.getName() + " " + method.getReturnType().getSimpleName());

            for (Class<?> type : method.getParameterTypes()) {
                line.append(" ").append(type.getSimpleName());
            }
            System.out.println(line);
        }
        structure("up_operation", new UserPortLibrary.Operation());
        structure("up_failure", new UserPortLibrary.Failure());
        structure("up_access", new UserPortLibrary.Access());
    }
}
