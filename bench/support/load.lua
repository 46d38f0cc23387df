-- Sends one request after another per connection, as wrk does, with {n} replaced by a running number and {item} by a
-- random line of a file. One thread, so that numbers are never used twice. Prints its result as one line of JSON.
local method, path, body, items, number

local function read(name)
  local file = assert(io.open(name, 'rb'))
  local text = file:read('*a')
  file:close()
  return text
end

function init(args)
  method, path = args[1], args[2]
  body = args[3] ~= '-' and read(args[3]) or nil
  items = {}
  if args[4] ~= '-' then
    for line in io.lines(args[4]) do items[#items + 1] = line end
  end
  number = tonumber(args[5])
  math.randomseed(number)
end

local function fill(template)
  return (template:gsub('{(%l+)}', function(name)
    if name == 'n' then return string.format('%d', number) end
    if name == 'item' then return items[math.random(#items)] end
  end))
end

function request()
  number = number + 1
  return wrk.format(method, fill(path), nil, body and fill(body))
end

function done(summary, latency)
  local failed = summary.errors
  io.write(string.format(
    '\n{"requests":%d,"seconds":%.6f,"p50":%.3f,"p95":%.3f,"p99":%.3f,"failed":%d,"lost":%d}\n',
    summary.requests, summary.duration / 1e6,
    latency:percentile(50) / 1000, latency:percentile(95) / 1000, latency:percentile(99) / 1000,
    failed.status, failed.connect + failed.read + failed.write + failed.timeout))
end
