{ SPDX-License-Identifier: MIT

  The unit of examples/delphi, function by function; prints TAP. First argument: how it reaches its ports: fake
  (userport.dll's back end without hardware), library (userport.dll and the driver), own (what the unit chooses by itself;
  on 32-bit Windows its own instructions). Second: hardware, for the test machine, which grants 378-37F and CF8-CFB; without
  it 378-37F and 300-303 are granted, and fakes that keep what is written. }
program pascal;

{$IFDEF FPC}{$MODE DELPHI}{$ENDIF}
{$IFDEF MSWINDOWS}{$APPTYPE CONSOLE}{$ENDIF}

uses
  SysUtils,
  UserPort;

var
  Number: Integer = 0;
  Bad: Integer = 0;
  Way: string;

procedure Expect(Good: Boolean; const What: string);
begin
  Inc(Number);
  if Good then
    WriteLn('ok ', Number, ' - Pascal, ', Way, ': ', What)
  else
  begin
    Inc(Bad);
    WriteLn('not ok ', Number, ' - Pascal, ', Way, ': ', What);
  end;
end;

procedure TestPortNumber;
begin
  Expect((PortNumber('378') = $378) and (PortNumber('0') = 0) and (PortNumber('FFFF') = $FFFF) and
    (PortNumber('d010') = $D010), 'PortNumber: hexadecimal without a word');
  Expect((PortNumber('$3bc') = $3BC) and (PortNumber('0x3BC') = $3BC) and (PortNumber('0X3bc') = $3BC),
    'PortNumber: with $ and 0x');
  Expect((PortNumber('') = -1) and (PortNumber('3Q8') = -1) and (PortNumber('10000') = -1) and (PortNumber('-1') = -1) and
    (PortNumber('FFFFFFFF') = -1) and (PortNumber('$') = -1), 'PortNumber: what is no port');
end;

procedure TestWidths;
begin
  outportb($300, $12);
  outportb($301, $A4);
  Expect((inportb($300) = $12) and (inportb($301) = $A4), 'outportb, inportb');
  Expect((inportw($300) = $A412) and (inport($300) = $A412), 'inportw, inport: 16 bits, not negative');
  outportw($302, $8001);
  Expect((inportw($302) = $8001) and (inportb($303) = $80), 'outportw');
  Expect(inportl($300) = $8001A412, 'inportl: 32 bits');
  outport($300, $FFFF);
  Expect(inportl($300) = $8001FFFF, 'outport writes 16 bits');
  outportl($300, $DEADBEEF);
  Expect((inportl($300) = $DEADBEEF) and (inportb($303) = $DE), 'outportl');
  outportw($300, -2);
  Expect((inportw($300) = $FFFE) and (inportb($302) = $AD), 'outportw of a negative number');
  Expect(inportb(Integer($FFFF0303)) = $DE, '16 bits of a port count');
end;

{ A printer port's data register and the address register of PCI keep what is written; the latter has 32 bits. }
procedure TestHardware;
begin
  outportb($378, $5A);
  Expect(inportb($378) = $5A, 'outportb, inportb at 378');
  outportw($378, $1C3);
  Expect(inportb($378) = $C3, 'outportw at 378');
  outport($378, $13C);
  Expect((inportw($378) and $FF = $3C) and (inport($378) and $FF = $3C), 'outport, inportw, inport at 378');
  outportl($CF8, $8012347C);
  Expect(inportl($CF8) = $8012347C, 'outportl, inportl at CF8');
  outportl($CF8, $00FEDC00);
  Expect(inportl($CF8) = $00FEDC00, 'outportl, inportl at CF8, once more');
end;

{ Reason is a part of what the exception says. }
procedure ExpectDenied(Kind: Integer; const Reason: string);
const
  Names: array[0..5] of string = ('inportb', 'inportw', 'inportl', 'outportb', 'outportw', 'outportl');
var
  Said: string;
  Port: Integer;
  Good: Boolean;
begin
  Good := False;
  Said := 'nothing';
  Port := $37E;
  try
    case Kind of
      0: inportb($380);
      1: inportw($37F);
      2: inportl(Port);
      3: outportb($380, 1);
      4: outportw($37F, 1);
      5: outportl(Port, 1);
    end;
  except
    on E: Exception do
    begin
      Good := (E is EPortDenied) and (E is EPrivilege);
      Said := E.Message;
    end;
  end;
  Expect(Good and (Pos(Reason, Said) > 0), Names[Kind] + ', denied: EPortDenied says "' + Said + '"');
end;

procedure TestDenied;
var
  Kind: Integer;
begin
  for Kind := 0 to 5 do
    if Way = 'library' then
      ExpectDenied(Kind, 'port 380 is not granted')
    else if (Kind = 0) or (Kind = 3) then
      ExpectDenied(Kind, 'port 380 is not granted (exception C0000096)')
    else if (Kind = 1) or (Kind = 4) then
      ExpectDenied(Kind, 'port 37F is not granted (exception C0000096)')
    else
      ExpectDenied(Kind, 'port 37E is not granted (exception C0000096)');
  Expect(not StartUpIoPorts($380), 'StartUpIoPorts: False for a port that is not granted');
  outportb($378, $77);
  Expect(inportb($378) = $77, 'the granted ports work after all that');
end;

begin
  Way := ParamStr(1);
  if Way = 'fake' then
    UserPortBackends := UP_BACKEND_FAKE
  else if Way = 'library' then
    UserPortBackends := UP_BACKEND_DIRECT or UP_BACKEND_IOCTL
  else if Way <> 'own' then
    Halt(2);
  TestPortNumber;
  Expect(StartUpIoPorts($378), 'StartUpIoPorts: True for a granted port');
  if Bad <> 0 then
    Halt(1); { the driver does not run: no port will do }
  if ParamStr(2) = 'hardware' then
    TestHardware
  else
    TestWidths;
  if Way <> 'fake' then
    TestDenied;
  WriteLn('1..', Number);
  if Bad <> 0 then
    Halt(1);
end.
