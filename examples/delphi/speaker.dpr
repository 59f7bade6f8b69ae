{ SPDX-License-Identifier: MIT

  Plays a short tune on the PC speaker: channel 2 of the timer chip makes the tone, port 61 connects it to the speaker.
  Needs the ports 42, 43 and 61 and touches no other; port 61 is left as it was found. }
program speaker;

{$IFDEF FPC}{$MODE DELPHI}{$ENDIF}
{$IFDEF MSWINDOWS}{$APPTYPE CONSOLE}{$ENDIF}

uses
  SysUtils,
  UserPort in 'UserPort.pas';

const
  Timer2 = $42;
  TimerMode = $43;
  SpeakerPort = $61;
  TimerHz = 1193182; { the timer counts down at this rate on every PC }
  ToneOn = $03; { port 61: bit 0 lets channel 2 count, bit 1 connects it to the speaker }
  SquareWave2 = $B6; { port 43: channel 2, low byte then high byte, mode 3 (square wave) }

  NoteHz: array[1..7] of Integer = (523, 659, 784, 1047, 880, 784, 1047);
  NoteMs: array[1..7] of Integer = (180, 180, 180, 180, 180, 180, 300);

var
  Found, Quiet: Byte;
  I, Count, Total: Integer;
  Tune: string;

begin
  Total := 0;
  Tune := '';
  try
    Found := inportb(SpeakerPort) and $0F; { bits 4 to 7 can only be read }
    Quiet := Found and not ToneOn;
    for I := Low(NoteHz) to High(NoteHz) do
    begin
      Count := TimerHz div NoteHz[I];
      outportb(TimerMode, SquareWave2);
      outportb(Timer2, Count and $FF);
      outportb(Timer2, Count shr 8);
      outportb(SpeakerPort, Found or ToneOn);
      Sleep(NoteMs[I]);
      outportb(SpeakerPort, Quiet);
      Sleep(20);
      Total := Total + NoteMs[I] + 20;
      Tune := Tune + ' ' + IntToStr(NoteHz[I]);
    end;
    outportb(SpeakerPort, Found);
  except
    on E: Exception do
    begin { the sentence names the port that is not granted, or says why UserPort does not work }
      WriteLn(ErrOutput, 'speaker: ', E.Message);
      Halt(1);
    end;
  end;
  WriteLn(Format('speaker: played %d notes in %d ms:%s Hz', [Length(NoteHz), Total, Tune]));
end.
