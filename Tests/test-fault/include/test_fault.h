// What WG_TEST_FAULT names happens when the program into which this is loaded makes its event loop.
#pragma once
