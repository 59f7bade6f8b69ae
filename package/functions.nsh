; SPDX-License-Identifier: MIT
;
; The functions that setup and uninstaller share: userport.nsi includes this. NSIS wants "un."
; before the names of the uninstaller's, so that all of them are in a macro, which is there twice.

!macro BOTH un

; TEXT on the stack: to the details; and of a silent setup, which has no other place for it, to a
; file. That is made new, in a folder where others may have put a file, or a link, of its name:
; FileOpen would write into that.
Function ${un}Report
    Exch $0
    Push $1
    DetailPrint $0
    ${If} ${Silent}
        Delete "${REPORT}"
        ; GENERIC_WRITE, CREATE_NEW, FILE_FLAG_OPEN_REPARSE_POINT: a link that leads nowhere is not
        ; followed either
        System::Call 'kernel32::CreateFile(t "${REPORT}", i 0x40000000, i 0, p 0, i 1, i 0x00200080, p 0) p.r1'
        ${If} $1 P<> -1
            FileWrite $1 "$0$\r$\n"
            FileClose $1
        ${EndIf}
    ${EndIf}
    Pop $1
    Pop $0
FunctionEnd

; TEXT on the stack: says why nothing is done, ends with 2.
Function ${un}Refuse
    Exch $0
    Push $0
    Call ${un}Report
    MessageBox MB_OK|MB_ICONSTOP $0 /SD IDOK
    SetErrorLevel 2
    Pop $0
FunctionEnd

Function ${un}OneAtATime
    System::Call 'kernel32::CreateMutex(p0, i0, t"UserPortSetup") p.r1 ?e'
    Pop $0
    ${If} $0 = 183
        Push "Another setup of UserPort runs already."
        Call ${un}Refuse
        Quit
    ${EndIf}
FunctionEnd

Function ${un}NeedAdministrator
    UserInfo::GetAccountType
    Pop $0
    ${If} $0 != "Admin"
        Push "UserPort can be installed and uninstalled by an administrator only. Log on as one, or choose 'Run as administrator'."
        Call ${un}Refuse
        Quit
    ${EndIf}
FunctionEnd

; The list in the folder $R0, its next line to $R1; empty at the end.
Function ${un}ReadLine
    ClearErrors
    FileRead $List $R1
    ${If} ${Errors}
        StrCpy $R1 ""
        Return
    ${EndIf}
    ${Do}
        StrCpy $R2 $R1 1 -1
        ${If} $R2 != "$\r"
        ${AndIf} $R2 != "$\n"
            ${Break}
        ${EndIf}
        StrCpy $R1 $R1 -1
    ${Loop}
FunctionEnd

; A file of the list, $R1, in the folder $R0: $R2 is empty if it could lead out of there. It has to
; be a plain relative path, and each folder of it no link (FILE_ATTRIBUTE_REPARSE_POINT; what is not
; there has all attributes).
Function ${un}CheckLine
    Push $0
    Push $1
    StrCpy $R2 ""
    StrCpy $0 "\$R1"
    ${Do}
        StrCpy $1 $0 1
        ${If} $1 == ""
            ${Break}
        ${EndIf}
        ${If} $1 == "\"
            StrCpy $1 $0 2
            ${If} $1 == "\\"
            ${OrIf} $1 == "\."
            ${OrIf} $1 == "\ "
                Goto end
            ${EndIf}
            StrCpy $1 ""
        ${EndIf}
        ${If} $1 == ":"
        ${OrIf} $1 == "/"
        ${OrIf} $1 == "*"
        ${OrIf} $1 == "?"
            Goto end
        ${EndIf}
        StrCpy $0 $0 "" 1
    ${Loop}
    StrCpy $0 "$R0\$R1"
    ${Do}
        ${${un}GetParent} $0 $0
        System::Call 'kernel32::GetFileAttributes(t r0) i.r1'
        IntOp $1 $1 & 0x400
        ${If} $1 <> 0
            Goto end
        ${EndIf}
        ${If} $0 == $R0
            ${Break}
        ${EndIf}
    ${Loop}
    StrCpy $R2 yes
end:
    Pop $1
    Pop $0
FunctionEnd

; $R3: a program of the folder $R0 that runs, or empty. A program that runs cannot be opened for
; writing.
Function ${un}FindRunning
    StrCpy $R3 ""
    ${IfNot} ${FileExists} "$R0\${LIST_FILE}"
        Return
    ${EndIf}
    FileOpen $List "$R0\${LIST_FILE}" r
    ${Do}
        Call ${un}ReadLine
        ${If} $R1 == ""
            ${Break}
        ${EndIf}
        Call ${un}CheckLine
        ${If} $R2 == ""
            ${Continue}
        ${EndIf}
        StrCpy $R2 $R1 "" -4
        ${If} $R2 != ".exe"
        ${AndIf} $R2 != ".dll"
            ${Continue}
        ${EndIf}
        ${If} $R1 == "uninstall.exe"
        ${OrIfNot} ${FileExists} "$R0\$R1"
            ${Continue}
        ${EndIf}
        ClearErrors
        FileOpen $R2 "$R0\$R1" a
        ${If} ${Errors}
            StrCpy $R3 "$R0\$R1"
            ${Break}
        ${EndIf}
        FileClose $R2
    ${Loop}
    FileClose $List
FunctionEnd

; Until nothing of the folder $R0 runs; a silent one does not wait.
Function ${un}WaitForPrograms
    ${Do}
        Call ${un}FindRunning
        ${If} $R3 == ""
            Return
        ${EndIf}
        MessageBox MB_RETRYCANCEL|MB_ICONEXCLAMATION "A program of UserPort is in use:$\r$\n$R3$\r$\n$\r$\nClose it, then go on." \
            /SD IDCANCEL IDRETRY +2
        ${Break}
    ${Loop}
FunctionEnd

; Deletes what the list in the folder $R0 names, the folders that are empty then, and the list. What
; others put there stays.
Function ${un}DeleteListed
    ${IfNot} ${FileExists} "$R0\${LIST_FILE}"
        Return
    ${EndIf}
    FileOpen $List "$R0\${LIST_FILE}" r
    ${Do}
        Call ${un}ReadLine
        ${If} $R1 == ""
            ${Break}
        ${EndIf}
        Call ${un}CheckLine
        ${If} $R2 == ""
            ${Continue}
        ${EndIf}
        Delete /REBOOTOK "$R0\$R1"
        ${Do}
            ${${un}GetParent} $R1 $R1
            ${If} $R1 == ""
                ${Break}
            ${EndIf}
            RMDir "$R0\$R1"
        ${Loop}
    ${Loop}
    FileClose $List
    Delete "$R0\${LIST_FILE}"
    RMDir "$R0"
FunctionEnd

; COMMAND on the stack, of the userportctl in the folder $R0: $ExitCode and $Said.
Function ${un}Userportctl
    Exch $0
    DetailPrint "userportctl $0"
    nsExec::ExecToStack '"$R0\userportctl.exe" $0'
    Pop $ExitCode
    Pop $Said
    StrCpy $0 $Said
    ${Do} ; a line for each of its own
        ${If} $0 == ""
            ${Break}
        ${EndIf}
        StrCpy $1 -1
        ${Do}
            IntOp $1 $1 + 1
            StrCpy $2 $0 1 $1
            ${If} $2 == ""
            ${OrIf} $2 == "$\r"
                ${Break}
            ${EndIf}
        ${Loop}
        StrCpy $2 $0 $1
        DetailPrint "  $2"
        IntOp $1 $1 + 2
        StrCpy $0 $0 "" $1
    ${Loop}
    Pop $0
FunctionEnd

!macroend

!insertmacro BOTH ""
!insertmacro BOTH "un."
