/* Adoption and fencing: a dispatcher that dies at any step, handlers that hang, and somebody who
 * removes the lock's file.
 *
 * The lock is the kernel's: held as long as a process has the file's descriptor, whoever dies. A run
 * inherits it, and that is its right to write: under the outbox's lock it compares the file it holds
 * with the one at the lock's path. Before a run is started, the outbox's lock is held once; where that
 * cannot be, the start is put off. A dispatcher waits for the end of the run that it knows of.
 *
 * What must hold: no message is answered twice; as long as nobody removes the file there is never
 * more than one handler; in the end all is answered. Each FAULT must be found:
 *   1  a run does not compare before it writes
 *   2  the outbox's lock is not held once before a run is started
 *   3  the dispatcher closes its descriptor of the lock before the run has it
 *   4  the comparison is made before the outbox's lock is taken
 */
#ifndef FAULT
#define FAULT 0
#endif

#ifdef TRACE
/* What was really decided about a chat and seen of it, in order: no step of the model may do anything
 * else. Each is a number made of four: the step, the run, the message, and whether rows may be lost
 * there as in purge.pml. Runs have the numbers of their lock's files. See follow_fencing.py. */
#include "trace.h"
short step = 0;
bool begun[FILES] = false;      /* a run that has this file */
bool struck[FILES] = false;     /* it was sent SIGKILL by somebody */
bool stopped[FILES] = false;    /* SIGSTOP */
#define isStep(what) (decided[step] / 200000 == what)
#define subject (decided[step] / 2000 % 100)
#define content (decided[step] / 2 % 1000)
#define mayBeLost (decided[step] % 2 == 1)
#define next step++; assert(step < DECISIONS)
#define isNext(what, run) (isStep(what) && subject == run)
#define follows(what, run) (isNext(what, run) || mayBeLost)
#define follow if :: mayBeLost :: else -> next fi
/* An answer need not tell whose it is: then it is 0's. */
#define mayAnswer(message, run) \
  (isStep(ANSWERED) && (subject == run || subject == 0) && content == message && !stopped[run])
#define mayDie isStep(DIED)
#define die skip
#define mayFail(run) struck[run]
#define fail skip
/* A dispatcher need not have read yet that it is. */
#define isServed false
#define mayStart (isStep(STARTED) || mayBeLost)
/* Of which no row tells that the process exists: any of those, which it is the path tells later. */
#define make(file) \
  if \
  :: isStep(STARTED) && subject != 0 -> file = subject \
  :: else -> file = 1; do :: file < LOST -> file++ :: !begun[file] -> break od \
  fi
#define mayMake true
#define mayTake false
#define begin(run) begun[run] = true
#else
#define MESSAGES 2
#define FILES 4         /* lock files that there can have been */
#define DEATHS 2        /* of the dispatcher */
#define REMOVALS 1      /* of the lock's file */
#define FAILURES 2      /* of runs */
#define next skip
#define follows(what, run) true
#define follow skip
#define mayAnswer(message, run) true
#define mayDie (deaths < DEATHS)
#define die deaths++
#define mayFail(run) (failures < FAILURES)
#define fail failures++
#define isServed (answered == MESSAGES)
#define mayStart true
#define make(file) file = files; files++
/* One is left for each removal. */
#define mayMake (path == 0 || files + REMOVALS < FILES)
#define mayTake true
#define begin(run) skip
#endif

/* The steps of a trace. */
#define STARTED 1       /* it is decided that a run begins */
#define DENIED 2        /* that it does not: somebody has the outbox's lock */
#define SPAWNED 3       /* the process exists */
#define ADOPTED 4
#define ENDED 5         /* it is known that the run has */
#define DIED 6          /* the dispatcher */
#define ANSWERED 7      /* from here on what was done and seen from outside */
#define STRUCK 8
#define STOPPED 9       /* the run takes no step any more */
#define CONTINUED 10
#define REMOVING 11     /* the lock's file, some time until ... */
#define REMOVED 12

byte holders[FILES] = 0;   /* processes that have the file open and its lock */
byte path = 0;             /* the file at the lock's path; 0: there is none */
byte files = 1;
byte live = 0;
byte answers[MESSAGES] = 0;
byte answered = 0;
bool outbox = false;       /* its lock */
byte deaths = 0;
byte removals = 0;
byte failures = 0;

inline lock() { atomic { !outbox -> outbox = true } }
inline unlock() { outbox = false }

/* Any step of a handler may take for ever long, which is what a stopped process looks like. */
proctype Handler(byte own) {
  byte message;
  bool mayWrite;
  do
  :: answered < MESSAGES ->
     message = answered;
#if FAULT == 4
     mayWrite = (path == own);
     lock();
#else
     lock();
     mayWrite = (path == own);
#endif
#if FAULT == 1
     mayWrite = true;
#endif
     if
     :: atomic { mayWrite && mayAnswer(message, own) -> next };
        /* The cursor moves with the row; an earlier run may have written meanwhile. */
        answers[message]++;
        assert(answers[message] == 1);
        answered = message + 1;
        unlock()
     :: !mayWrite -> unlock(); break
     /* Whoever has died has no lock any more. */
     :: mayFail(own) -> fail; unlock(); break
     fi
  :: isServed -> break
  :: mayFail(own) -> fail; break
  od;
  atomic { holders[own]--; live-- }
}

/* The kernel closes what a dead dispatcher had. */
inline letGo() {
#if FAULT != 3
  if
  :: own != 0 -> holders[own]--
  :: else
  fi;
#endif
  own = 0
}

inline tell(what, whose) {
  if
  :: atomic { follows(what, whose) -> follow }
  :: mayDie -> goto dead
  fi
}

active proctype Dispatcher() {
  byte own = 0;
  byte known;       /* the file of the run that is waited for; 0: there is none */
boot:
  known = 0;
  do
  :: isServed && live == 0 -> break
  /* Somebody lives who holds the file at the path. */
  :: atomic { known == 0 && path != 0 && holders[path] > 0 -> known = path };
     tell(ADOPTED, known)
  :: atomic { known != 0 && holders[known] == 0 && follows(ENDED, known) -> follow; known = 0 }
  :: atomic {
       known == 0 && !isServed && (path == 0 || holders[path] == 0) && mayStart ->
       /* What a dead run has left is removed, or taken. */
       if
       :: mayMake -> make(path)
       :: path != 0 && mayTake
       fi;
       follow;
       own = path; holders[own]++
     };
#if FAULT == 3
     atomic { holders[own]-- };
#endif
#if FAULT != 2
     if
     :: lock(); unlock()
     :: atomic { outbox && follows(DENIED, 0) -> follow; letGo() }; goto boot
     :: mayDie -> goto dead
     fi;
#endif
     if
     :: mayDie -> goto dead
     :: true
     fi;
     atomic {
       holders[own]++; live++;
       assert(removals > 0 || live == 1);
       begin(own);
       known = own;
       run Handler(own)
     };
     tell(SPAWNED, own);
     atomic { letGo() }
  :: mayDie -> goto dead
  od;
  goto over;
dead:
  /* A run that was started goes on. */
  atomic { die; next; letGo() };
  goto boot;
over:
  skip
}

#ifdef TRACE
/* Kills, stops and continues runs. */
active proctype Witness() {
end:
  do
  :: atomic { isStep(STRUCK) -> struck[subject] = true; next }
  :: atomic { isStep(STOPPED) -> stopped[subject] = true; next }
  :: atomic { isStep(CONTINUED) -> stopped[subject] = false; next }
  od
}
#else
/* Another program that runs a handler of its own: it takes the lock where nobody has it. */
active proctype OtherProgram() {
  byte own = 0;
  if
  :: atomic { path != 0 && holders[path] == 0 -> own = path; holders[own]++; live++ };
     assert(removals > 0 || live == 1);
     atomic { holders[own]--; live-- }
  :: true
  fi
}
#endif

active proctype Intruder() {
#ifdef TRACE
end:
  do
  :: atomic { isStep(REMOVING) -> next };
     atomic { path = 0; removals++ };
     atomic { isStep(REMOVED) -> next }
  od
#else
  do
  :: removals < REMOVALS && path != 0 -> atomic { path = 0; removals++ }
  :: break
  od
#endif
}

ltl finished { <> (answered == MESSAGES) }
