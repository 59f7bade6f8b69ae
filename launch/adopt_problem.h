/* SPDX-License-Identifier: MIT
 *
 * Why no copy can be made of a program's file, or no program's file of a copy (adopt.h).
 */
#ifndef UP_LAUNCH_ADOPT_PROBLEM_H
#define UP_LAUNCH_ADOPT_PROBLEM_H

/* Larger files are refused: the copy is made in memory. */
#define UP_ADOPT_BYTES_MAX 0x40000000u

enum up_adopt_problem {
    UP_ADOPT_OK,
    UP_ADOPT_NO_PROGRAM, /* no program for Windows on PCs */
    UP_ADOPT_DLL_OR_DRIVER,
    UP_ADOPT_PROCESSOR,
    UP_ADOPT_DOTNET,
    UP_ADOPT_DAMAGED,     /* the headers or tables contradict themselves or the file */
    UP_ADOPT_ALIGNMENT,   /* the sections are not laid out in pages */
    UP_ADOPT_NO_ROOM,     /* for the header of one more section */
    UP_ADOPT_INTEGRITY,   /* Windows runs it only with its signature */
    UP_ADOPT_ALREADY,     /* it is such a copy */
    UP_ADOPT_TOO_LARGE,   /* the file, or the image */
    UP_ADOPT_NOT_ADOPTED, /* undo: it is no such copy */
    UP_ADOPT_CHANGED      /* undo: it is one, but has been changed since */
};

#endif
