{ SPDX-License-Identifier: MIT

  I/O ports for Delphi 7 to 12 and for Free Pascal: add this one file to your project. In a 32-bit program on 32-bit
  Windows it runs IN and OUT itself; elsewhere (64-bit programs, and 32-bit ones on 64-bit Windows) it goes through
  userport.dll, which lies beside your program or in the system folder. Nothing is opened before the first port is used.

  The names. Programs that use the original UserPort are published with its unit for Delphi, IOPort.pas: outport, outportb,
  inport, inportb and StartUpIoPorts. Descendants of it call themselves UserPort.pas and have outportw and inportw. All of
  these are here, with the parameters that they had. (The original's package itself was not at hand.) The functions with an
  l, for 32 bits, are new; so is what is said of failures. }
unit UserPort;

{$IFDEF FPC}
  {$MODE DELPHI}
  {$ASMMODE INTEL}
{$ENDIF}

{ IN and OUT as instructions: only in 32-bit programs. (Delphi calls i386 CPU386 up to version XE, CPUX86 from XE2 on.) }
{$IFDEF MSWINDOWS}
  {$IFDEF CPU386} {$DEFINE INSTRUCTIONS} {$ENDIF}
  {$IFDEF CPUX86} {$DEFINE INSTRUCTIONS} {$ENDIF}
{$ENDIF}

interface

uses
  SysUtils;

type
  { A port is not granted, or the driver does not run: IN and OUT raise EPrivilege for that by themselves, so that
    programs which catch EPrivilege catch this. Message says which port, and what to do. }
  EPortDenied = class(EPrivilege);

  { Anything else that went wrong with userport.dll: it is missing, the driver does not run, ... }
  EUserPort = class(Exception);

{ One access of 8 bits (b), 16 bits (w, and the old names without a letter) or 32 bits (l). A wide access needs every
  byte's port: inportw($378) needs 378 and 379. EPortDenied, EUserPort. }
function inportb(portid: Integer): Byte;
function inportw(portid: Integer): Integer;
function inport(portid: Integer): Integer;
function inportl(portid: Integer): Cardinal;
procedure outportb(portid: Integer; value: Byte);
procedure outportw(portid: Integer; value: Integer);
procedure outport(portid: Integer; value: Integer);
procedure outportl(portid: Integer; value: Cardinal);

{ Opens UserPort, reads the port, and says whether that worked. Nobody has to call it: the first use of a port opens
  UserPort too. A program with threads does so before it starts them. }
function StartUpIoPorts(PortToAccess: Integer): Boolean;

{ A port number as people write it, hexadecimal: 378, $378, 0x378. -1: it is none. }
function PortNumber(const Text: string): Integer;

const
  { For UserPortBackends: the back ends of userport.dll, or-ed, as userport.h has them. }
  UP_BACKEND_DIRECT = 1;
  UP_BACKEND_IOCTL = 2;
  UP_BACKEND_FAKE = 4; { no hardware: a write is what later reads give }

var
  { 0: what is said above. Others, set before the first use: by userport.dll and one of these back ends in any case. }
  UserPortBackends: Cardinal = 0;

implementation

uses
{$IFDEF MSWINDOWS}
  Windows;
{$ELSE}
  DynLibs;
{$ENDIF}

type
  TWay = (wayNone, wayInstructions, wayLibrary);

  { As userport.h has them. Value of a read: 8, 16 or 32 of its bits are written. }
  TOpen = function(Backends: Cardinal; var Ports: Pointer): Cardinal; stdcall;
  TClose = procedure(Ports: Pointer); stdcall;
  TIn = function(Ports: Pointer; Port: Word; var Value: Cardinal): Cardinal; stdcall;
  TOut = function(Ports: Pointer; Port: Word; Value: Cardinal): Cardinal; stdcall;
  TFailureText = function(Text: PAnsiChar; Size: Cardinal): Cardinal; stdcall;

const
  UP_ERR_DENIED = 2;

var
  Way: TWay = wayNone;
  Ports: Pointer;
  up_open: TOpen;
  up_close: TClose;
  up_in8, up_in16, up_in32: TIn;
  up_out8, up_out16, up_out32: TOut;
  up_failure_text: TFailureText;

{ ---- userport.dll ---- }

{ Raises an exception with the library's sentence for an error that it returned. }
procedure Check(Error: Cardinal);
var
  Text: array[0..511] of AnsiChar;
begin
  if Error = 0 then
    Exit;
  up_failure_text(Text, SizeOf(Text));
  if Error = UP_ERR_DENIED then
    raise EPortDenied.Create(string(AnsiString(Text)));
  raise EUserPort.Create(string(AnsiString(Text)));
end;

{$IFDEF MSWINDOWS}

type
  TLibrary = HMODULE;

{ Beside the program, else in the system folder: never from the current folder or the PATH, where anybody may have put
  a file of this name. }
function LoadUserPort: TLibrary;
var
  Path: array[0..MAX_PATH] of WideChar;
  Folder: WideString;
  Count, Error: Cardinal;
begin
  Count := GetModuleFileNameW(0, Path, MAX_PATH);
  while (Count > 0) and (Path[Count - 1] <> '\') do
    Dec(Count);
  Path[Count] := #0;
  Folder := PWideChar(@Path[0]);
  Result := LoadLibraryW(PWideChar(Folder + 'userport.dll'));
  if Result <> 0 then
    Exit;
  Path[GetSystemDirectoryW(Path, MAX_PATH)] := #0;
  Folder := PWideChar(@Path[0]);
  Result := LoadLibraryW(PWideChar(Folder + '\userport.dll'));
  if Result <> 0 then
    Exit;
  Error := GetLastError;
  raise EUserPort.CreateFmt('cannot load userport.dll for %d-bit programs, neither from the program''s own folder nor ' +
    'from the system''s: %s (%d)', [SizeOf(Pointer) * 8, SysErrorMessage(Error), Error]);
end;

{$ELSE}

type
  TLibrary = TLibHandle;

function LoadUserPort: TLibrary;
begin
  Result := LoadLibrary('libuserport.so.3');
  if Result = NilHandle then
    raise EUserPort.Create('cannot load libuserport.so.3: ' + GetLoadErrorStr);
end;

{$ENDIF}

function Find(Lib: TLibrary; const Name: AnsiString): Pointer;
begin
  Result := GetProcAddress(Lib, PAnsiChar(Name));
  if Result = nil then
    raise EUserPort.CreateFmt('userport.dll has no %s: it is another file of this name', [string(Name)]);
end;

procedure OpenLibrary;
var
  Lib: TLibrary;
  Backends: Cardinal;
begin
  if not Assigned(up_failure_text) then
  begin
    Lib := LoadUserPort;
    @up_open := Find(Lib, 'up_open');
    @up_close := Find(Lib, 'up_close');
    @up_in8 := Find(Lib, 'up_in8');
    @up_in16 := Find(Lib, 'up_in16');
    @up_in32 := Find(Lib, 'up_in32');
    @up_out8 := Find(Lib, 'up_out8');
    @up_out16 := Find(Lib, 'up_out16');
    @up_out32 := Find(Lib, 'up_out32');
    @up_failure_text := Find(Lib, 'up_failure_text');
  end;
  Backends := UserPortBackends;
  if Backends = 0 then
    Backends := UP_BACKEND_DIRECT or UP_BACKEND_IOCTL;
  Check(up_open(Backends, Ports));
  Way := wayLibrary;
end;

{ ---- IN and OUT ---- }

{$IFDEF INSTRUCTIONS}

{ Parameters come in EAX and EDX, results go in EAX. }

function In8(Port: Word): Byte;
asm
  mov dx, ax
  in al, dx
end;

function In16(Port: Word): Word;
asm
  mov dx, ax
  in ax, dx
end;

function In32(Port: Word): Cardinal;
asm
  mov dx, ax
  in eax, dx
end;

procedure Out8(Port: Word; Value: Byte);
asm
  xchg eax, edx
  out dx, al
end;

procedure Out16(Port, Value: Word);
asm
  xchg eax, edx
  out dx, ax
end;

procedure Out32(Port: Word; Value: Cardinal);
asm
  xchg eax, edx
  out dx, eax
end;

{ 32-bit programs run on 64-bit Windows too, which keeps no permission map. A system without IsWow64Process is older. }
function On64BitWindows: Boolean;
type
  TQuery = function(Process: THandle; var Answer: LongBool): LongBool; stdcall;
var
  Query: TQuery;
  Answer: LongBool;
begin
  Answer := False;
  @Query := GetProcAddress(GetModuleHandle('kernel32.dll'), 'IsWow64Process');
  Result := Assigned(Query) and Query(GetCurrentProcess, Answer) and Answer;
end;

procedure Denied(Port: Integer);
begin
  raise EPortDenied.CreateFmt('port %x is not granted (exception C0000096). Add it to UserPort''s list, or start the ' +
    'driver.', [Port and $FFFF]);
end;

{$ENDIF}

{ ---- both ---- }

{ Two threads that are the first at the same moment both open UserPort, and one handle is left over: no harm is done. }
procedure OpenPorts;
begin
{$IFDEF INSTRUCTIONS}
  if (UserPortBackends = 0) and not On64BitWindows then
  begin
    { The driver may be set to grant its ports only to programs that have it open, so it stays open until the program
      ends. No driver is no error here: the first IN or OUT will tell. }
    CreateFileW('\\.\UserPort', GENERIC_READ, FILE_SHARE_READ or FILE_SHARE_WRITE, nil, OPEN_EXISTING, 0, 0);
    Way := wayInstructions;
    Exit;
  end;
{$ENDIF}
  OpenLibrary;
end;

function ReadPort(Port, Bits: Integer): Cardinal;
begin
  Result := 0;
  if Way = wayNone then
    OpenPorts;
{$IFDEF INSTRUCTIONS}
  if Way = wayInstructions then
  begin
    try
      case Bits of
        8: Result := In8(Word(Port));
        16: Result := In16(Word(Port));
      else
        Result := In32(Word(Port));
      end;
    except
      on EPrivilege do
        Denied(Port);
    end;
    Exit;
  end;
{$ENDIF}
  case Bits of
    8: Check(up_in8(Ports, Word(Port), Result));
    16: Check(up_in16(Ports, Word(Port), Result));
  else
    Check(up_in32(Ports, Word(Port), Result));
  end;
end;

procedure WritePort(Port, Bits: Integer; Value: Cardinal);
begin
  if Way = wayNone then
    OpenPorts;
{$IFDEF INSTRUCTIONS}
  if Way = wayInstructions then
  begin
    try
      case Bits of
        8: Out8(Word(Port), Byte(Value));
        16: Out16(Word(Port), Word(Value));
      else
        Out32(Word(Port), Value);
      end;
    except
      on EPrivilege do
        Denied(Port);
    end;
    Exit;
  end;
{$ENDIF}
  case Bits of
    8: Check(up_out8(Ports, Word(Port), Value and $FF));
    16: Check(up_out16(Ports, Word(Port), Value and $FFFF));
  else
    Check(up_out32(Ports, Word(Port), Value));
  end;
end;

function inportb(portid: Integer): Byte;
begin
  Result := Byte(ReadPort(portid, 8));
end;

function inportw(portid: Integer): Integer;
begin
  Result := Integer(ReadPort(portid, 16));
end;

function inport(portid: Integer): Integer;
begin
  Result := inportw(portid);
end;

function inportl(portid: Integer): Cardinal;
begin
  Result := ReadPort(portid, 32);
end;

procedure outportb(portid: Integer; value: Byte);
begin
  WritePort(portid, 8, value);
end;

procedure outportw(portid: Integer; value: Integer);
begin
  WritePort(portid, 16, Cardinal(value));
end;

procedure outport(portid: Integer; value: Integer);
begin
  outportw(portid, value);
end;

procedure outportl(portid: Integer; value: Cardinal);
begin
  WritePort(portid, 32, value);
end;

function StartUpIoPorts(PortToAccess: Integer): Boolean;
begin
  Result := True;
  try
    inportb(PortToAccess);
  except
    on EPrivilege do
      Result := False;
    on EUserPort do
      Result := False;
  end;
end;

function PortNumber(const Text: string): Integer;
begin
  if (Text <> '') and ((Text[1] = '$') or (LowerCase(Copy(Text, 1, 2)) = '0x')) then
    Result := StrToIntDef(Text, -1)
  else
    Result := StrToIntDef('$' + Text, -1);
  if (Result < 0) or (Result > $FFFF) then
    Result := -1;
end;

initialization

finalization
  if Way = wayLibrary then
    up_close(Ports);
end.
