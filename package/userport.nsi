; SPDX-License-Identifier: MIT
;
; The setup programs, for i386 (NT 4.0 and later; ANSI) and amd64 (Unicode). setup.py defines ARCH,
; VERSION, NUMBERS (a.b.c.d), LISTS, OUT, SIZE (KiB), ICON, PICTURE, STAGE, FOLDER, and SIGN when
; the uninstaller inside gets a signature. docs/setup.md says how it behaves.
;
; First the target is made a folder that only administrators can write in (folder.c). New files go
; to a folder of their own within it. userportctl of that folder installs the driver; only when it
; has done so, the old version's files go and the new ones take their place. So a failure leaves
; what was there. Which files are the old version's, says a list in the folder that the registry
; names, and only if nobody else can have written there.

!if ${ARCH} == amd64
Target amd64-unicode
!define PROGRAMS $PROGRAMFILES64
!define OTHER i386
!else
Target x86-ansi
!define PROGRAMS $PROGRAMFILES
!define OTHER amd64
!endif
SetCompressor /SOLID lzma

!include MUI2.nsh
!include LogicLib.nsh
!include FileFunc.nsh
!include Sections.nsh
!include StrFunc.nsh
!include x64.nsh
!include "${LISTS}"
${StrStr}

!define KEY "Software\Microsoft\Windows\CurrentVersion\Uninstall\UserPort"
!define LIST_FILE setup.lst
!define NEW_FOLDER setup.new
!define REPORT "$TEMP\userport-setup.txt"

Name "UserPort"
Caption "UserPort ${VERSION} Setup"
BrandingText "UserPort ${VERSION}"
OutFile "${OUT}"
InstallDir "${PROGRAMS}\UserPort"
RequestExecutionLevel admin
ManifestSupportedOS all
ManifestDPIAware true
CRCCheck on
XPStyle on
ShowInstDetails show
ShowUninstDetails show
VIProductVersion ${NUMBERS}
VIAddVersionKey /LANG=1033 ProductName "UserPort"
VIAddVersionKey /LANG=1033 CompanyName "The UserPort project"
VIAddVersionKey /LANG=1033 FileDescription "UserPort ${VERSION} Setup (${ARCH})"
VIAddVersionKey /LANG=1033 FileVersion "${VERSION}"
VIAddVersionKey /LANG=1033 ProductVersion "${VERSION}"
VIAddVersionKey /LANG=1033 LegalCopyright "MIT licence"
VIAddVersionKey /LANG=1033 OriginalFilename "userport-${VERSION}-setup-${ARCH}.exe"
!ifdef SIGN
!uninstfinalize '${SIGN} "%1"' = 0
!endif

Var NewFolder ; where the new files are until the driver is installed
Var OldFolder ; of the version that is there; empty: none
Var List      ; the list of what is installed, open
Var Parts     ; the optional parts: "lib32,documents"
Var Aside     ; where the old version's folder is until the end, and stays, when others could write in it; empty: it is in its place
Var Note      ; what is to be said of that at the end
Var Force     ; " --force": the list of ports that is there may have hazards
Var Said      ; what userportctl said
Var ExitCode

!define MUI_ABORTWARNING
!define MUI_ICON "${ICON}"
!define MUI_UNICON "${ICON}"
!define MUI_WELCOMEFINISHPAGE_BITMAP "${PICTURE}"
!define MUI_UNWELCOMEFINISHPAGE_BITMAP "${PICTURE}"
!define MUI_WELCOMEPAGE_TEXT "This installs UserPort ${VERSION}, which gives chosen I/O ports to ordinary programs.$\r$\n$\r$\nA UserPort that is \
there already is replaced; its list of ports stays.$\r$\n$\r$\nNo port is opened by the setup: that is done by Start, afterwards."
!define MUI_COMPONENTSPAGE_SMALLDESC
!define MUI_FINISHPAGE_TEXT_LARGE
!define MUI_FINISHPAGE_TEXT "UserPort is installed. The driver does not run yet: look at the list of ports, then press Start.$\r$\n$\r$\n64-bit \
Windows starts it only if it trusts the driver's signature. What to do about that is in the manual; 'userportctl doctor' says what this Windows \
lacks."
!define MUI_FINISHPAGE_RUN "$INSTDIR\UserPort.exe"
!define MUI_FINISHPAGE_RUN_TEXT "Show the list of ports"
!define MUI_FINISHPAGE_NOAUTOCLOSE
!define MUI_UNFINISHPAGE_NOAUTOCLOSE
!insertmacro MUI_PAGE_WELCOME
!insertmacro MUI_PAGE_LICENSE "${STAGE}/LICENSE.txt"
!insertmacro MUI_PAGE_COMPONENTS
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_PAGE_FINISH
!define MUI_UNCONFIRMPAGE_TEXT_TOP "This removes UserPort, its driver and the list of ports. To keep the list, write it to a file before: \
    userportctl list --short >ports.txt$\r$\nuserportctl set --file ports.txt brings it back."
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE English

!include "${__FILEDIR__}/functions.nsh"

; ---- the setup ------------------------------------------------------------------------------------------------------------------------

Section "Program and driver" SECTION_PROGRAM
    SectionIn RO
    StrCpy $R3 ""
    ${If} $OldFolder != ""
        StrCpy $R0 $OldFolder
        Call WaitForPrograms
    ${EndIf}
    ${If} $R3 != ""
        Push "UserPort is not installed: $R3 is in use."
        Call Refuse
        Abort
    ${EndIf}
    Call PrepareFolder
    StrCpy $NewFolder "$INSTDIR\${NEW_FOLDER}"
    RMDir /r $NewFolder ; of a setup that was interrupted
    SetOutPath $NewFolder
    FileOpen $List "$NewFolder\${LIST_FILE}" w
    !insertmacro FILES_program
SectionEnd

!if ${ARCH} == amd64
Section "DLLs for 32-bit programs" SECTION_LIB32
    !insertmacro FILES_lib32
SectionEnd
!endif

Section "Compatible DLLs" SECTION_COMPATIBLE
    !insertmacro FILES_compatible
SectionEnd

Section "Manual and examples" SECTION_DOCUMENTS
    !insertmacro FILES_documents
SectionEnd

LangString TEXT_PROGRAM ${LANG_ENGLISH} "UserPort.exe, userportctl.exe, the driver, and the DLLs for programs and scripts."
LangString TEXT_LIB32 ${LANG_ENGLISH} "UserPort's DLLs for 32-bit programs and scripts on this 64-bit Windows."
LangString TEXT_COMPATIBLE ${LANG_ENGLISH} "inpout32.dll, inpoutx64.dll and DLPortIO.dll, in a folder: copy one beside the program that needs it."
LangString TEXT_DOCUMENTS ${LANG_ENGLISH} "The manual, examples in several languages, and what their compilers need."
!insertmacro MUI_FUNCTION_DESCRIPTION_BEGIN
!insertmacro MUI_DESCRIPTION_TEXT ${SECTION_PROGRAM} $(TEXT_PROGRAM)
!if ${ARCH} == amd64
!insertmacro MUI_DESCRIPTION_TEXT ${SECTION_LIB32} $(TEXT_LIB32)
!endif
!insertmacro MUI_DESCRIPTION_TEXT ${SECTION_COMPATIBLE} $(TEXT_COMPATIBLE)
!insertmacro MUI_DESCRIPTION_TEXT ${SECTION_DOCUMENTS} $(TEXT_DOCUMENTS)
!insertmacro MUI_FUNCTION_DESCRIPTION_END

; Makes $INSTDIR a folder in which only administrators can have written. $OldFolder is empty then if
; its list is not to be believed.
Function PrepareFolder
    StrCpy $Aside "$INSTDIR.before"
    ${For} $R1 2 99
        ${IfNot} ${FileExists} $Aside
            ${Break}
        ${EndIf}
        StrCpy $Aside "$INSTDIR.before$R1"
    ${Next}
    InitPluginsDir ; NSIS makes it so that only administrators can write in it
    File "/oname=$PLUGINSDIR\folder.exe" "${FOLDER}"
    nsExec::ExecToStack '"$PLUGINSDIR\folder.exe" "$INSTDIR\." "$OldFolder" "$Aside" "${PROGRAMS}"'
    Pop $ExitCode
    Pop $Said
    ${If} $ExitCode != "3"
        StrCpy $Aside ""
    ${EndIf}
    ${If} $ExitCode == "2"
    ${OrIf} $ExitCode == "3"
        StrCpy $Note $Said
        StrCpy $OldFolder ""
    ${ElseIf} $ExitCode != "0"
        RMDir $INSTDIR
        Push "UserPort is not installed, and nothing was changed.$\r$\n$\r$\n$Said"
        Call Refuse
        Abort
    ${EndIf}
FunctionEnd

; Nothing of the new version stays; what was there before stays.
Function TakeBack
    FileClose $List
    SetOutPath $SYSDIR
    RMDir /r $NewFolder
    RMDir $INSTDIR
    ${If} $Aside != ""
        Rename $Aside $INSTDIR
    ${EndIf}
FunctionEnd

; The disk was full and the user gave up, or so.
Function .onInstFailed
    ${If} $NewFolder != ""
        Call TakeBack
    ${EndIf}
    SetErrorLevel 2
FunctionEnd

; From $NewFolder to $INSTDIR.
Function MoveFiles
    FileOpen $List "$NewFolder\${LIST_FILE}" r
    ${Do}
        Call ReadLine
        ${If} $R1 == ""
            ${Break}
        ${EndIf}
        ${GetParent} $R1 $R2
        CreateDirectory "$INSTDIR\$R2"
        Delete "$INSTDIR\$R1"
        Rename /REBOOTOK "$NewFolder\$R1" "$INSTDIR\$R1"
    ${Loop}
    FileClose $List
    Delete "$INSTDIR\${LIST_FILE}"
    Rename "$NewFolder\${LIST_FILE}" "$INSTDIR\${LIST_FILE}"
    ${IfNot} ${RebootFlag}
        RMDir /r $NewFolder
    ${EndIf}
FunctionEnd

!macro NOTE_PART section name
    ${If} ${SectionIsSelected} ${section}
        StrCpy $Parts "$Parts,${name}"
    ${EndIf}
!macroend

Section "-Finish"
    WriteUninstaller "$NewFolder\uninstall.exe"
    FileWrite $List "uninstall.exe$\r$\n"
    FileClose $List
    SetOutPath $SYSDIR
    StrCpy $R0 $NewFolder
    ReadRegStr $R4 HKLM "SYSTEM\CurrentControlSet\Services\UserPort" ImagePath
    ${Do}
        Push 'install$Force "$R0\userport.sys"' ; by its name: without one, a driver that lies in system32 already would do
        Call Userportctl
        ; a note for each hazard comes first; --force also takes another driver than UserPort's,
        ; which this one is
        ${StrStr} $R5 $Said "note: hazard: port"
        ${If} $ExitCode != "1"
        ${OrIf} $Force != ""
        ${OrIf} $R5 == ""
            ${Break}
        ${EndIf}
        StrCpy $R5 $R5 700
        MessageBox MB_YESNO|MB_ICONEXCLAMATION|MB_DEFBUTTON2 "There is a list of ports from before, and with some of them programs can do \
            harm. Install UserPort with that list all the same?$\r$\n$\r$\n$R5" /SD IDNO IDYES +2
        ${Break}
        StrCpy $Force " --force"
    ${Loop}
    ; 1 is also what it says when all is installed but the registration with COM, which the driver
    ; does not need
    ${StrStr} $R5 $Said "UserPort is installed"
    ${If} $ExitCode != "0"
    ${AndIf} $R5 != ""
        StrCpy $ExitCode "0"
        MessageBox MB_OK|MB_ICONEXCLAMATION $Said /SD IDOK
    ${EndIf}
    ${If} $ExitCode != "0"
        StrCpy $R5 $Said
        ${If} $R4 == "" ; no UserPort was there: nothing of one stays, not even userportctl's empty lock file
            Push "uninstall"
            Call Userportctl
        ${EndIf}
        Call TakeBack
        StrCpy $NewFolder ""
        Push "UserPort is not installed, and what was there before is there still.$\r$\n$\r$\n$R5"
        Call Refuse
        Abort
    ${EndIf}

    DetailPrint "The new files take their place"
    SetDetailsPrint none
    ${If} $OldFolder != ""
        StrCpy $R0 $OldFolder
        Call DeleteListed
    ${EndIf}
    Call MoveFiles
    SetDetailsPrint both

    SetOutPath $INSTDIR ; where the programs of the menu start
    CreateDirectory "$SMPROGRAMS\UserPort"
    CreateShortCut "$SMPROGRAMS\UserPort\UserPort.lnk" "$INSTDIR\UserPort.exe"
    Delete "$SMPROGRAMS\UserPort\Manual.lnk"
    ${If} ${SectionIsSelected} ${SECTION_DOCUMENTS}
        CreateShortCut "$SMPROGRAMS\UserPort\Manual.lnk" "$INSTDIR\manual\manual.html"
    ${EndIf}
    SetOutPath $SYSDIR

    StrCpy $Parts ""
!if ${ARCH} == amd64
    !insertmacro NOTE_PART ${SECTION_LIB32} lib32
!endif
    !insertmacro NOTE_PART ${SECTION_COMPATIBLE} compatible
    !insertmacro NOTE_PART ${SECTION_DOCUMENTS} documents
    StrCpy $Parts $Parts "" 1 ; without the first comma
    WriteRegStr HKLM "${KEY}" DisplayName "UserPort ${VERSION}"
    WriteRegStr HKLM "${KEY}" DisplayVersion "${VERSION}"
    WriteRegStr HKLM "${KEY}" Publisher "The UserPort project"
    WriteRegStr HKLM "${KEY}" DisplayIcon "$INSTDIR\UserPort.exe"
    WriteRegStr HKLM "${KEY}" InstallLocation "$INSTDIR"
    WriteRegStr HKLM "${KEY}" UninstallString '"$INSTDIR\uninstall.exe"'
    WriteRegStr HKLM "${KEY}" QuietUninstallString '"$INSTDIR\uninstall.exe" /S'
    WriteRegStr HKLM "${KEY}" Parts $Parts
    WriteRegDWORD HKLM "${KEY}" EstimatedSize ${SIZE}
    WriteRegDWORD HKLM "${KEY}" NoModify 1
    WriteRegDWORD HKLM "${KEY}" NoRepair 1
    ${If} $Note != ""
        Push $Note
        Call Report
        MessageBox MB_OK|MB_ICONINFORMATION $Note /SD IDOK
    ${EndIf}
SectionEnd

; $Parts has section's name: it is selected; else not.
!macro CHOOSE_PART section name
    Push "${name}"
    Call FindPart
    ${If} $R0 == yes
        !insertmacro SelectSection ${section}
    ${Else}
        !insertmacro UnselectSection ${section}
    ${EndIf}
!macroend

; NAME on the stack. $R0: yes if it is in $Parts, which then is without it.
Function FindPart
    Exch $0
    StrCpy $R0 no
    StrLen $1 ",$0,"
    StrCpy $2 0
    StrCpy $Parts ",$Parts,"
    ${Do}
        StrCpy $3 $Parts $1 $2
        ${If} $3 == ""
            ${Break}
        ${EndIf}
        ${If} $3 == ",$0,"
            StrCpy $R0 yes
            StrCpy $3 $Parts $2
            IntOp $2 $2 + $1
            StrCpy $Parts $Parts "" $2
            StrCpy $Parts "$3,$Parts"
            ${Break}
        ${EndIf}
        IntOp $2 $2 + 1
    ${Loop}
    ${Do} ; commas at both ends
        StrCpy $3 $Parts 1
        ${If} $3 != ","
            ${Break}
        ${EndIf}
        StrCpy $Parts $Parts "" 1
    ${Loop}
    ${Do}
        StrCpy $3 $Parts 1 -1
        ${If} $3 != ","
            ${Break}
        ${EndIf}
        StrCpy $Parts $Parts -1
    ${Loop}
    Pop $0
FunctionEnd

Function ChooseParts
!if ${ARCH} == amd64
    !insertmacro CHOOSE_PART ${SECTION_LIB32} lib32
!endif
    !insertmacro CHOOSE_PART ${SECTION_COMPATIBLE} compatible
    !insertmacro CHOOSE_PART ${SECTION_DOCUMENTS} documents
FunctionEnd

Function .onInit
    SetShellVarContext all
    SetRegView default
!if ${ARCH} == amd64
    ${If} ${IsNativeARM64}
        Push "UserPort is for x86 processors: other ones have no I/O ports."
        Call Refuse
        Quit
    ${EndIf}
!else
    ${If} ${RunningX64}
        Push "This is the setup for 32-bit Windows. For this 64-bit Windows run userport-${VERSION}-setup-amd64.exe."
        Call Refuse
        Quit
    ${EndIf}
!endif
    Call OneAtATime
    Call NeedAdministrator
    ReadRegStr $OldFolder HKLM "${KEY}" InstallLocation
    ${If} $OldFolder != ""
        ${If} $INSTDIR == "${PROGRAMS}\UserPort" ; no /D=
            StrCpy $INSTDIR $OldFolder
        ${EndIf}
        ReadRegStr $Parts HKLM "${KEY}" Parts
        Call ChooseParts
    ${EndIf}
    ${GetParameters} $0
    ClearErrors
    ${GetOptions} $0 "/PARTS=" $Parts
    ${IfNot} ${Errors}
        Call ChooseParts
        ${If} $Parts != ""
            Push "There is no part '$Parts'. /PARTS= takes lib32 (64-bit Windows only), compatible and documents, with commas between."
            Call Refuse
            Quit
        ${EndIf}
    ${EndIf}
    ClearErrors
    ${GetOptions} $0 "/HAZARDS=" $1
    ${IfNot} ${Errors}
        ${If} $1 != "yes"
            Push "/HAZARDS= takes yes, and nothing else."
            Call Refuse
            Quit
        ${EndIf}
        StrCpy $Force " --force"
    ${EndIf}
FunctionEnd

; ---- the uninstaller --------------------------------------------------------------------------------------------------------------

Function un.onInit
    SetShellVarContext all
    Call un.OneAtATime
    Call un.NeedAdministrator
    ReadRegStr $0 HKLM "${KEY}" InstallLocation
    ${If} $0 != $INSTDIR
        Push "UserPort is not installed in $INSTDIR, so that nothing there is to be uninstalled. The registry says where it is: '$0'."
        Call un.Refuse
        Quit
    ${EndIf}
FunctionEnd

Section Uninstall
    StrCpy $R0 $INSTDIR
    Call un.WaitForPrograms
    ${If} $R3 != ""
        Push "UserPort is not uninstalled: $R3 is in use."
        Call un.Refuse
        Abort
    ${EndIf}
    ${If} ${FileExists} "$INSTDIR\userportctl.exe"
        Push "uninstall"
        Call un.Userportctl
        ${If} $ExitCode != "0"
            Push "UserPort is not uninstalled.$\r$\n$\r$\n$Said"
            Call un.Refuse
            Abort
        ${EndIf}
    ${EndIf}
    Delete "$SMPROGRAMS\UserPort\UserPort.lnk"
    Delete "$SMPROGRAMS\UserPort\Manual.lnk"
    RMDir "$SMPROGRAMS\UserPort"
    Call un.DeleteListed
    DeleteRegKey HKLM "${KEY}"
SectionEnd
