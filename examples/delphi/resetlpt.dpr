{ SPDX-License-Identifier: MIT

  Resets the printer: holds the INIT line of the parallel port low for 100 ms, as in Figure 3 of UserPort's manual.
  Needs the control port (37A for LPT1). The ports of a parallel port at base B: B data, B+1 status, B+2 control. }
program resetlpt;

{$IFDEF FPC}{$MODE DELPHI}{$ENDIF}
{$IFDEF MSWINDOWS}{$APPTYPE CONSOLE}{$ENDIF}

uses
  SysUtils,
  UserPort in 'UserPort.pas';

const
  LptBase: array[1..3] of Integer = ($378, $278, $3BC);

var
  Base, Control: Integer;
  Value, Before, During, After: Byte;

begin
  Base := LptBase[1];
  if ParamCount >= 1 then
    Base := PortNumber(ParamStr(1));
  if (Base >= 1) and (Base <= 3) then
    Base := LptBase[Base];
  if (ParamCount > 1) or (Base < $100) or (Base > $FFFC) then
  begin
    WriteLn(ErrOutput,
      'usage: resetlpt [1 | 2 | 3 | BASE]   LPT number, or base address in hexadecimal; default 1 (378)');
    Halt(2);
  end;
  Control := Base + 2;
  try
    Value := inportb(Control);
    Before := Value;
    Value := Value and $FB; { bit 2 is INIT: 0 = the printer resets }
    outportb(Control, Value);
    During := inportb(Control);
    Sleep(100);
    Value := Value or $04;
    outportb(Control, Value);
    After := inportb(Control);
  except
    on E: Exception do
    begin { the sentence names the port that is not granted, or says why UserPort does not work }
      WriteLn(ErrOutput, 'resetlpt: ', E.Message);
      Halt(1);
    end;
  end;
  WriteLn(Format('resetlpt: INIT of the port at %x was low for 100 ms: the printer is reset', [Base]));
  WriteLn(Format('resetlpt: control register %x read %.2x before, %.2x during, %.2x after',
    [Control, Before, During, After]));
  if ((During and $04) <> 0) or ((After and $04) = 0) then
    WriteLn(Format('resetlpt: INIT (bit 2) did not read back as written: is there a parallel port at %x?', [Base]));
end.
