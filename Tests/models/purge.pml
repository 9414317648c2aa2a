/* Purge, while the dispatcher may die between any two steps, while messages go on arriving, and while
 * another program puts the chat's row back to open.
 *
 * What is on the disk outlives the dispatcher: tombstone, row, inbox. What it knows does not. A command
 * that finds no dispatcher does the purge itself, under the dispatcher's lock. Rules 11 and 12.
 *
 * What must hold: once the purge was acknowledged nothing of the chat lives, and nothing is started
 * again, for ever; a tombstone stays; a purge that was begun is carried through. Each FAULT must be
 * found:
 *   1  the handler is ended before the tombstone is written
 *   2  the answer is given before it is seen that nothing is left
 *   3  a dispatcher that starts looks at the rows and not at the tombstones
 *   4  the command does not take the dispatcher's lock
 *   5  a handler that outlived its dispatcher is not looked for at the next start
 */
#ifndef FAULT
#define FAULT 0
#endif

#ifdef TRACE
/* What was really decided about a chat and seen of it, in order: no step of the model may decide anything
 * else. Rows are written after what they tell is done, so the last ones before a death may be in no log;
 * where that can be is marked in the trace. See follow_purge.py. */
#include "trace.h"
short step = 0;
bool struck = false;        /* the handler was sent SIGKILL by somebody */
bool seen = false;          /* it is certain that its start was carried out */
#define isNext(what) decided[step] / 2 == what
#define mayBeLost decided[step] % 2
#define next step++; assert(step < DECISIONS)
#define follows(what) (isNext(what) || mayBeLost)
#define follow if :: mayBeLost :: else -> next fi
#define mayDie true
#define die skip
/* A start that a death has cut off may have come to nothing; otherwise handlers end for a reason. */
#define mayFail (struck || !seen)
#define fail skip
#define mayStart (_nr_pr == 4)      /* the handler before is gone for Spin too: there are 255 at most */
#else
#define DEATHS 2
#define REOPENINGS 2
#define FAILURES 2
#define isNext(what) true
#define next skip
#define follows(what) true
#define follow skip
#define mayDie deaths < DEATHS
#define die deaths++
#define mayFail failures < FAILURES
#define fail failures++
#define mayStart true
#endif

/* The steps of a trace. */
#define STARTED 1
#define ENDED 2         /* it is known that the handler has */
#define ADOPTED 3
#define BURIED 4        /* the tombstone is durable */
#define STOOD 5         /* a dispatcher that starts has found it */
#define ANSWERED 6      /* the command has told that the chat is archived */
#define DIED 7
#define SPAWNED 8       /* the process exists */
#define STRUCK 9        /* from here on what was seen from outside; the handler is killed */
#define LIVES 10        /* the handler */
#define STANDS 11       /* the tombstone */
#define LACKS 12        /* there is none */

/* On the disk. */
bool tombstone = false;
bool rowIsOpen = true;
bool pending = true;        /* somebody writes all the time */

bool handler = false;       /* lives */
bool told = false;          /* it got its SIGTERM or SIGKILL */
bool locked = false;        /* the dispatcher's lock */
bool requested = false;     /* somebody typed `wg chat purge` */
bool acknowledged = false;
byte deaths = 0;
byte reopenings = 0;
byte failures = 0;

proctype Handler() {
  /* It serves until it is told to end, or fails. */
  do
  :: told -> break
  :: atomic { mayFail -> fail; handler = false; told = false }; goto over
  :: !told -> skip
  od;
  atomic { handler = false; told = false };
over:
  skip
}

inline spawn() {
  atomic {
    assert(!acknowledged);
#ifdef TRACE
    struck = false; seen = false;
#endif
    handler = true; told = false; run Handler()
  }
}

/* SIGTERM, and SIGKILL later: for this model both end it some time. */
inline endHandler() {
  if
  :: handler -> told = true
  :: else
  fi
}

active proctype Dispatcher() {
  bool buried;      /* what it has read or written */
  bool known;       /* whether it knows of a handler */
boot:
  atomic { !locked -> locked = true };
  buried = false; known = false;
#if FAULT == 3
  buried = (tombstone && !rowIsOpen);
#else
  buried = tombstone;
#endif
  if
  :: atomic { buried && follows(STOOD) -> follow }
  :: !buried
  fi;
#if FAULT != 5
  if
  :: atomic { handler && follows(ADOPTED) -> follow; known = true }
  :: !handler
  fi;
#endif
end:
  do
  :: mayDie && isNext(DIED) -> goto dead
#ifdef TRACE
  :: atomic { known && (handler || struck) && isNext(SPAWNED) -> seen = true; next }
#endif
  /* Decided about in one turn of the loop; what is written was durable before the next step. */
  :: atomic { !buried && rowIsOpen && pending && !known && !handler && mayStart && follows(STARTED) ->
       follow };
     spawn(); known = true
  :: atomic { known && !handler && follows(ENDED) -> follow }; known = false
  :: atomic { requested && !buried && follows(BURIED) -> follow };
#if FAULT == 1
     endHandler();
     if
     :: mayDie && isNext(DIED) -> goto dead
     :: true
     fi;
     (!handler);
     known = false;
     acknowledged = true;
     if
     :: mayDie && isNext(DIED) -> goto dead
     :: true
     fi;
     tombstone = true; buried = true
#else
     tombstone = true;
     buried = true
#endif
  :: buried && known && handler && !told -> endHandler()
#if FAULT == 2
  :: buried && requested && !acknowledged -> acknowledged = true
#else
  :: buried && requested && !acknowledged && !known -> acknowledged = true
#endif
  /* A row that was put back is closed again. */
  :: buried && rowIsOpen && !known -> rowIsOpen = false
  od;
dead:
  atomic { die; next; locked = false };
  goto boot
}

/* Takes the place of the dispatcher for as long as it works, and may be killed as well. */
active proctype Command() {
again:
  requested = true;
  if
  :: atomic { !locked ->
#if FAULT != 4
       locked = true
#else
       skip
#endif
     };
     tombstone = true;
     endHandler();
     if
     :: mayDie -> die; goto over
     :: true
     fi;
     (!handler);
     rowIsOpen = false;
     acknowledged = true
  :: true -> goto asked
  fi;
over:
#if FAULT != 4
  locked = false;
#endif
asked:
#ifdef TRACE
  /* One after the other, and each tells what it was told, or nothing. */
  if
  :: atomic { acknowledged && isNext(ANSWERED) -> next }
  :: true
  fi;
  goto again
#else
  skip
#endif
}

active proctype OtherProgram() {
  do
  :: reopenings < REOPENINGS -> atomic { rowIsOpen = true; reopenings++ }
  :: break
  od
}

#ifdef TRACE
/* Looks on while nobody else does anything, and kills handlers. */
active proctype Witness() {
end:
  do
  :: atomic { isNext(STRUCK) -> struck = handler; next }
  :: atomic { isNext(LIVES) && handler -> seen = true; next }
  :: atomic { isNext(STANDS) && tombstone -> next }
  :: atomic { isNext(LACKS) && !tombstone -> next }
  od
}
#endif

ltl dead { [] (acknowledged -> !handler) }
ltl monotone { [] (tombstone -> [] tombstone) }
ltl carried { [] (tombstone -> <> [] !handler) }
