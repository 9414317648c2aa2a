// Headers that the Glibc module map leaves out.
//
// _GNU_SOURCE must not be defined here: it changes the layout of types that Swift already has from
// its own Glibc module. What needs it stands behind a function in a .c file.
#pragma once
#include <fcntl.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/fsuid.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <sys/types.h>
#include <sys/xattr.h>
#include <unistd.h>
