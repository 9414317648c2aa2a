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

#define DEATHS 2
#define REOPENINGS 2
#define FAILURES 2

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
  :: failures < FAILURES -> failures++; break
  :: !told -> skip
  od;
  atomic { handler = false; told = false }
}

inline spawn() {
  atomic {
    assert(!acknowledged);
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
#if FAULT != 5
  known = handler;
#endif
end:
  do
  :: deaths < DEATHS -> goto dead
  /* Decided about in one turn of the loop; what is written was durable before the next step. */
  :: !buried && rowIsOpen && pending && !known && !handler -> spawn(); known = true
  :: known && !handler -> known = false
  :: requested && !buried ->
#if FAULT == 1
     endHandler();
     if
     :: deaths < DEATHS -> goto dead
     :: true
     fi;
     (!handler);
     known = false;
     acknowledged = true;
     if
     :: deaths < DEATHS -> goto dead
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
  atomic { deaths++; locked = false };
  goto boot
}

/* Takes the place of the dispatcher for as long as it works, and may be killed as well. */
active proctype Command() {
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
     :: deaths < DEATHS -> deaths++; goto over
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
  skip
}

active proctype OtherProgram() {
  do
  :: reopenings < REOPENINGS -> atomic { rowIsOpen = true; reopenings++ }
  :: break
  od
}

ltl dead { [] (acknowledged -> !handler) }
ltl monotone { [] (tombstone -> [] tombstone) }
ltl carried { [] (tombstone -> <> [] !handler) }
