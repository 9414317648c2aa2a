/* Ending a handler for want of demand, while messages go on arriving at any moment.
 *
 * One chat. Writers append to the inbox and consumers come and go whenever they like; the handler
 * answers in order and may fail; the dispatcher takes one event a turn, as its loop does. Rules 1 to
 * 5, and the order of reading that ChildMachine and InboxReader keep.
 *
 * What must hold: every message is answered; there is never more than one handler; none is started
 * that nobody wants. Each FAULT breaks the protocol on purpose and must be found:
 *   1  a run that was idle is laid to rest without reading the inbox again
 *   2  the news of a message is taken for read after the inbox was read, not before
 *   3  a message that arrives while a run ends starts the next one at once
 *   4  the start of a run is decided by what was known before the last one ended
 */
#ifndef FAULT
#define FAULT 0
#endif

#ifdef TRACE
/* What a real dispatcher has decided about a chat, in order, and how much happened to the chat: no step
 * of the model may decide anything else. See follow.py. */
#include "trace.h"
short step = 0;
#define follows(what) decided[step] == what * 4 + pending * 2 + (consumers > 0)
#define follow step++; assert(step < DECISIONS)
#else
#define MESSAGES 3
#define VISITS 2
#define FAILURES 2
#define follows(what) true
#define follow skip
#endif

/* The decisions of a trace. */
#define STARTED 1
#define ASKED 2
#define RESTED 3

mtype = { resting, running, stopping };

mtype state = resting;
byte appended = 0;      /* rows of the inbox */
byte answered = 0;      /* of them, with a row in the outbox */
byte consumers = 0;
byte handlers = 0;      /* that live */
bool touched = false;   /* inotify has something to tell */
bool changed = false;   /* the control socket has: a consumer came */
bool ended = false;     /* the pidfd is readable */
bool asked = false;     /* SIGTERM was sent */
byte failures = 0;

proctype Handler() {
  do
  :: answered < appended -> answered++
  :: asked -> break
  :: failures < FAILURES -> failures++; break
  od;
  atomic { handlers--; ended = true }
}

inline start() {
  assert(handlers == 0);
  assert(!pending || answered < appended);
  atomic { asked = false; state = running; handlers++; run Handler() }
}

/* The inbox is read in a step of its own: what is appended between the steps is news again. */
inline observe() {
#if FAULT == 2
  pending = (answered < appended);
  touched = false
#else
  touched = false;
  pending = (answered < appended)
#endif
}

/* Level-triggered: decided by what is there now, whatever the news was. */
inline decide() {
  if
  :: atomic { (pending || consumers > 0) && follows(STARTED) -> follow }; start()
  :: atomic { !pending && consumers == 0 && state != resting && follows(RESTED) -> follow; state = resting }
  :: !pending && consumers == 0 && state == resting
  fi
}

active proctype Dispatcher() {
  bool pending = false;
end:
  do
  :: state == resting && touched -> observe(); decide()
  :: state == resting && changed -> changed = false; observe(); decide()
  /* The idle timeout: nobody listens, and nothing is waiting as far as the inbox was read. */
  :: state == running && !ended && consumers == 0 ->
     observe();
     if
     :: atomic { !pending && consumers == 0 && follows(ASKED) -> follow; state = stopping; asked = true }
     :: pending || consumers > 0
     fi
#if FAULT == 3
  :: state == stopping && touched -> observe(); decide()
#endif
  :: state != resting && ended ->
     atomic { ended = false }
#if FAULT == 1
     if
     :: state == stopping -> touched = false; state = resting
     :: else -> observe(); decide()
     fi
#elif FAULT == 4
     touched = false; changed = false; decide()
#else
     changed = false; observe(); decide()
#endif
  od
}

active proctype Writer() {
  do
  :: appended < MESSAGES -> atomic { appended++; touched = true }
  :: appended == MESSAGES -> break
  od
}

active proctype Consumer() {
  byte visit = 0;
  do
  :: visit < VISITS ->
     atomic { consumers++; changed = true };
     consumers--;
     visit++
  :: visit == VISITS -> break
  od
}

ltl served { [] ((answered < appended) -> <> (answered == appended)) }
ltl single { [] (handlers <= 1) }
