{ SPDX-License-Identifier: MIT

  A Pascal program as they are in the field: IN and OUT by the compiler's assembler, inside try and except. For the test
  of userportctl run: 378 is granted, 2F8 is not. }
program probe;

{$IFDEF FPC}{$MODE DELPHI}{$ASMMODE INTEL}{$ENDIF}
{$APPTYPE CONSOLE}

uses
  SysUtils;

function ReadPort(Port: Word): Byte;
var
  Value: Byte;
begin
  asm
    mov dx, Port
    in al, dx
    mov Value, al
  end;
  Result := Value;
end;

procedure WritePort(Port: Word; Value: Byte);
begin
  asm
    mov dx, Port
    mov al, Value
    out dx, al
  end;
end;

procedure Probe(Port: Word);
begin
  try
    WritePort(Port, $A5);
    WriteLn(Format('%x reads %.2x', [Port, ReadPort(Port)]));
  except
    on E: Exception do
      WriteLn(Format('%x: %s', [Port, E.ClassName]));
  end;
end;

begin
  Probe($378);
  Probe($2F8);
  Probe($379);
end.
