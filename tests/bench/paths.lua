-- wrk: walks the paths of the file named by BENCH_PATHS; the last line is "requests-a-second p99-in-ms errors".
local paths, at = {}, 0
for line in io.lines(os.getenv("BENCH_PATHS")) do paths[#paths + 1] = line end
request = function()
    at = at % #paths + 1
    return wrk.format("GET", paths[at], { Accept = "application/json" })
end
done = function(summary, latency)
    local e = summary.errors
    print(string.format("%.0f %.2f %d", summary.requests / summary.duration * 1e6, latency:percentile(99) / 1000,
        e.connect + e.read + e.write + e.status + e.timeout))
end
