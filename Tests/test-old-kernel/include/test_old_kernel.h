// Nothing is called from outside: see kernel.c.
#pragma once
