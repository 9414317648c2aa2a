/* Adoption and fencing: a dispatcher that dies at any step, handlers that hang, and somebody who
 * removes the lock's file.
 *
 * The lock is the kernel's: held as long as a process has the file's descriptor, whoever dies. A run
 * inherits it, and that is its right to write: under the outbox's lock it compares the file it holds
 * with the one at the lock's path. Before a run is started, the outbox's lock is held once.
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

#define MESSAGES 2
#define FILES 4         /* lock files that there can have been */
#define DEATHS 2        /* of the dispatcher */
#define REMOVALS 1      /* of the lock's file */
#define FAILURES 2      /* of runs */

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
  byte next;
  bool mayWrite;
  do
  :: answered < MESSAGES ->
     next = answered;
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
     :: mayWrite ->
        /* The cursor moves with the row; an earlier run may have written meanwhile. */
        answers[next]++;
        assert(answers[next] == 1);
        answered = next + 1;
        unlock()
     :: else -> unlock(); break
     fi
  :: answered == MESSAGES -> break
  :: failures < FAILURES -> failures++; break
  od;
  atomic { holders[own]--; live-- }
}

active proctype Dispatcher() {
  byte own;
boot:
  own = 0;
  do
  :: answered == MESSAGES && live == 0 -> break
  /* Somebody lives who holds the file at the path: adopted, and waited for. */
  :: path != 0 && holders[path] > 0 && answered < MESSAGES -> (path == 0 || holders[path] == 0)
  :: answered < MESSAGES && (path == 0 || holders[path] == 0) ->
     atomic {
       if
       :: path == 0 && files < FILES -> path = files; files++
       :: path != 0 && holders[path] == 0
       :: else -> goto boot
       fi;
       own = path; holders[own]++
     };
#if FAULT == 3
     atomic { holders[own]-- };
#endif
#if FAULT != 2
     lock(); unlock();
#endif
     if
     :: deaths < DEATHS -> goto dead
     :: true
     fi;
     atomic {
       holders[own]++; live++;
       assert(removals > 0 || live == 1);
       run Handler(own)
     };
     if
     :: deaths < DEATHS -> goto dead
     :: true
     fi;
#if FAULT != 3
     atomic { holders[own]-- };
#endif
     own = 0
  :: deaths < DEATHS -> goto dead
  od;
  goto over;
dead:
  /* The kernel closes what it had; a run that was started goes on. */
  atomic {
    deaths++;
#if FAULT != 3
    if
    :: own != 0 -> holders[own]--
    :: else
    fi
#endif
  };
  goto boot;
over:
  skip
}

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

active proctype Intruder() {
  do
  :: removals < REMOVALS && path != 0 -> atomic { path = 0; removals++ }
  :: break
  od
}

ltl finished { <> (answered == MESSAGES) }
