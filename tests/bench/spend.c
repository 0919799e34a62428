/* Runs a program and says what it took: "seconds cpu-seconds largest-memory-in-MiB".  Usage: bench_spend
 * PROGRAM ARGS… */
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static double seconds(const struct timeval *t)
{
    return (double)t->tv_sec + (double)t->tv_usec / 1e6;
}

int main(int argc, char **argv)
{
    struct rusage usage;
    int status = 0;
    double began = now();
    pid_t child = argc > 1 ? fork() : -1;
    if (child == 0) {
        execv(argv[1], argv + 1);
        _exit(127);
    }
    if (child < 0 || wait4(child, &status, 0, &usage) != child || status != 0)
        return 3;
    printf("%.3f %.3f %.1f\n", now() - began, seconds(&usage.ru_utime) + seconds(&usage.ru_stime),
           (double)usage.ru_maxrss / 1024);
    return 0;
}
