// What a dispatcher and its keeper say to each other.
//
// One message is one packet of a SOCK_SEQPACKET pair. The keeper starts the dispatcher with its end
// of the pair and tells it by WG_KEEPER, "NUMBER:PID": the descriptor, and the keeper itself, which
// is the dispatcher's parent as long as that is true.
#ifndef WG_KEEPER_H
#define WG_KEEPER_H

#include <stdint.h>

#define WG_KEEPER_VARIABLE "WG_KEEPER"

enum wg_keeper_request_kind {
  // How the process with the number `value` ended. The only one that is answered.
  WG_KEEPER_STATUS = 1,
  // The dispatcher serves; a run gets `value` milliseconds to end when there is no dispatcher left.
  WG_KEEPER_READY = 2,
  // The dispatcher is about to end and leaves its handlers to whoever comes next.
  WG_KEEPER_LEAVING = 3,
  // The same, and it is to be started again at once.
  WG_KEEPER_AGAIN = 4,
  // The child with the number `value` goes on should the dispatcher end before it is ready again.
  WG_KEEPER_STANDBY = 5,
};

struct wg_keeper_request {
  uint32_t kind;
  int32_t value;
  // Comes back with the answer.
  uint64_t number;
};

enum wg_keeper_knowledge { WG_KEEPER_UNKNOWN = 0, WG_KEEPER_ENDED = 1 };

struct wg_keeper_answer {
  uint64_t number;
  // When the process began: clock ticks since boot, as in proc(5).
  uint64_t start_ticks;
  uint32_t knowledge;
  // As waitpid(2) fills it in.
  int32_t status;
};

#endif
