/* What a row of calls….inc becomes: the linker's --wrap sends our code's calls through a gate (faults.h). */
#ifndef LZ_TEST_FAULTS_GATE_H
#define LZ_TEST_FAULTS_GATE_H

#include "faults.h"

/* Gate, type of the result, what it returns when it fails, name, parameters, arguments. */
#define CALL(gate, type, failed, name, parameters, arguments)                                                \
    type __real_##name parameters;                                                                           \
    type __wrap_##name parameters;                                                                           \
    type __wrap_##name parameters                                                                            \
    {                                                                                                        \
        return fault_now(FAULT_GATE_##gate) ? failed : __real_##name arguments;                              \
    }

#endif
