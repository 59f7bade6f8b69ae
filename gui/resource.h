/* SPDX-License-Identifier: MIT
 *
 * The numbers of UserPort.exe's resources, controls and commands. tests/wine/gui finds controls by
 * them.
 */
#ifndef UP_GUI_RESOURCE_H
#define UP_GUI_RESOURCE_H

#define IDI_MAIN     1
#define IDM_MAIN     100
#define IDA_MAIN     101
#define IDD_MAIN     102
#define IDD_TEST     103
#define IDD_ABOUT    104
#define IDD_PROGRAMS 105
#define IDD_PROGRAM  106
#define IDD_WATCH    107

/* The main window, in the order of Tab. */
#define IDC_HEADLINE     1000
#define IDC_DETAILS      1001
#define IDC_ELEVATE      1002
#define IDC_LIST_LABEL   1003
#define IDC_LIST         1004
#define IDC_FIELD_LABEL  1005
#define IDC_FIELD        1006
#define IDC_ADD          1007
#define IDC_PRESETS      1008
#define IDC_FIELD_ERROR  1009
#define IDC_REMOVE       1010
#define IDC_DEFAULTS     1011
#define IDC_UNDO         1012
#define IDC_ACCESS_GROUP 1013
#define IDC_SCOPE_ALL    1014
#define IDC_SCOPE_OPEN   1015
#define IDC_STICKY       1016
#define IDC_MAP_LABEL    1017
#define IDC_MAP          1018
#define IDC_ZOOM         1019
#define IDC_PORT         1020
#define IDC_START        1021
#define IDC_STOP         1022
#define IDC_APPLY        1023
#define IDC_LPT_LABEL    1024
#define IDC_LPT          1025
#define IDC_TEST_LPT     1026
#define IDC_TEST_SPEAKER 1027
#define IDC_SCOPE_NOTE   1028 /* follows IDC_STICKY */

/* The other dialogs. */
#define IDC_TEXT   1100
#define IDC_RESULT 1101

/* The table of the programs, in the order of Tab. The words below it are IDC_TEXT. */
#define IDC_PROGRAMS_LABEL   1110
#define IDC_PROGRAMS         1111
#define IDC_PROGRAM_ADD      1112
#define IDC_PROGRAM_CHANGE   1113
#define IDC_PROGRAM_REMOVE   1114
#define IDC_PROGRAM_RUN      1115
#define IDC_PROGRAMS_ELEVATE 1116
#define IDC_PROGRAM_WATCH    1117 /* follows IDC_PROGRAM_RUN */

/* The dialog of one program. The words below the routes are IDC_TEXT. */
#define IDC_PATH_LABEL   1120
#define IDC_PATH         1121
#define IDC_BROWSE       1122
#define IDC_ANY_FOLDER   1123
#define IDC_ROUTES_LABEL 1124
#define IDC_ROUTES       1125
#define IDC_TARGET_LABEL 1126
#define IDC_TARGET       1127
#define IDC_SEND_LPT1    1128
#define IDC_IGNORE_CLI   1129
#define IDC_FAST         1130
#define IDC_DEVICE       1131 /* follows IDC_ROUTES */
#define IDC_TRACE_LABEL  1132 /* follows IDC_FAST */
#define IDC_TRACE        1133
#define IDC_TRACE_BROWSE 1134

/* The window of a watched program. The words below the table are IDC_TEXT. */
#define IDC_WAVE        1140
#define IDC_PORTS_LABEL 1141
#define IDC_PORTS       1142
#define IDC_PAUSE       1143
#define IDC_SAVE        1144

/* Commands without a control. */
#define IDM_INSTALL   1200
#define IDM_UNINSTALL 1201
#define IDM_EXIT      1202
#define IDM_WHOLE     1203
#define IDM_LOW       1204
#define IDM_REFRESH   1205
#define IDM_HELP      1206
#define IDM_ABOUT     1207
#define IDM_PROGRAMS  1208

/* The menu of the presets, which are UP_PRESET_COUNT. */
#define IDM_PRESET_FIRST 1300

/* The menu of simulated devices. */
#define IDM_DEVICE_FIRST 1400

#endif
