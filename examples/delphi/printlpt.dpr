{ SPDX-License-Identifier: MIT

  Prints one line through a parallel port by hand, byte by byte, with the handshake that printers have used since
  Centronics: wait until the printer is not busy, put the byte on the data lines, pulse STROBE. Needs the ports 378-37A,
  or the three at the base address that is given. Every access takes about 1 us on the bus, which is the time that the
  lines need: no delays are coded. }
program printlpt;

{$IFDEF FPC}{$MODE DELPHI}{$ENDIF}
{$IFDEF MSWINDOWS}{$APPTYPE CONSOLE}{$ENDIF}

uses
  SysUtils,
{$IFDEF MSWINDOWS}
  Windows,
{$ENDIF}
  UserPort in 'UserPort.pas';

const
  LPT1 = $378;

  StatusReady = $80; { the printer's BUSY line, inverted: 1 = send the next byte }
  StatusNoPaper = $20;
  StatusOnLine = $10;
  StatusNoError = $08;

  ControlIdle = $0C; { SELECT (bit 3) and no INIT (bit 2 is 0 while the printer resets), no STROBE }
  ControlStrobe = $0D; { the same with STROBE (bit 0): the printer takes the byte }

  TimeOutMs = 2000;

  DefaultLine = 'UserPort: this line went through ports 378, 379 and 37A.';
  OtherLine = 'UserPort: this line went through a parallel port.';

var
  Base: Integer = LPT1;
  Sent: Integer = 0; { bytes so far }

{ Waits until the printer can take a byte. }
procedure WaitReady;
var
  Start: Cardinal;
  Status: Byte;
  Tries: Integer;
  Why: string;
begin
  Start := GetTickCount;
  Tries := 0;
  repeat
    Status := inportb(Base + 1);
    if Status = $FF then
      raise Exception.CreateFmt('status register %x reads FF: there is no parallel port at %x', [Base + 1, Base]);
    if (Status and StatusReady) <> 0 then
      Exit;
    Inc(Tries);
    if Tries > 1000 then
      Sleep(1); { a slow printer: leave the processor to others }
  until Cardinal(GetTickCount - Start) >= TimeOutMs;
  Why := 'busy';
  if (Status and StatusNoPaper) <> 0 then
    Why := Why + ', no paper';
  if (Status and StatusOnLine) = 0 then
    Why := Why + ', off line';
  if (Status and StatusNoError) = 0 then
    Why := Why + ', error';
  raise Exception.CreateFmt('the printer at %x is not ready after 2 s: status register %x reads %.2x: %s',
    [Base, Base + 1, Status, Why]);
end;

procedure PrintByte(Value: Byte);
var
  Control: Byte;
begin
  WaitReady;
  outportb(Base, Value);
  outportb(Base + 2, ControlStrobe);
  Control := inportb(Base + 2);
  outportb(Base + 2, ControlIdle);
  if (Control and $0F) <> ControlStrobe then
    raise Exception.CreateFmt('control register %x reads %.2x after %.2x was written: no parallel port at %x?',
      [Base + 2, Control, ControlStrobe, Base]);
  Inc(Sent);
end;

procedure PrintText(const Text: AnsiString); { one byte for each character, whatever string is in this Delphi }
var
  I: Integer;
begin
  for I := 1 to Length(Text) do
    PrintByte(Ord(Text[I]));
end;

var
  Line: string;
  First, I: Integer;

begin
  First := 1;
  if ParamStr(1) = '-b' then
  begin
    Base := PortNumber(ParamStr(2));
    First := 3;
  end;
  if (Base < $100) or (Base > $FFFC) then
  begin
    WriteLn(ErrOutput, 'usage: printlpt [-b BASE] [TEXT...]   BASE: the port''s base address in hexadecimal, 100 to ' +
      'FFFC; default 378');
    Halt(2);
  end;
  if First <= ParamCount then
    Line := ParamStr(First)
  else if Base = LPT1 then
    Line := DefaultLine
  else
    Line := OtherLine;
  for I := First + 1 to ParamCount do
    Line := Line + ' ' + ParamStr(I);
  try
    outportb(Base + 2, ControlIdle);
    PrintText(AnsiString(Line + #13#10));
    WaitReady; { ready again: the printer has taken the last byte too }
  except
    on E: Exception do
    begin { the sentence says what is wrong with the printer, which port is not granted, why UserPort does not work }
      WriteLn(ErrOutput, 'printlpt: ', E.Message);
      Halt(1);
    end;
  end;
  WriteLn(Format('printlpt: the port at %x took %d bytes, CR and LF at the end', [Base, Sent]));
end.
