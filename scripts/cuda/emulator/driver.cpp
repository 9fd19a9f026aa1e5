// As much of the CUDA driver as the program calls, over kernels that run on the processor. What it does otherwise than a card
// is what finds mistakes:
//
// - A stream does nothing before somebody waits for it (or it has thousands of things to do), so that memory which is given
//   back, sent or read too early shows.
// - Memory is filled with numbers that are none, and a page that may not be touched lies behind each piece.
//
// The environment says what the machine has: EMULATED_CARDS (1), EMULATED_MEMORY, bytes of each card (4 GiB), and
// EMULATED_FAULT, `CARD:LAUNCH:CODE`: from that launch on, counted from 1, the card answers with that code.
#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <map>
#include <memory>
#include <vector>

#include "driver.h"

namespace emulated {

namespace {

constexpr size_t PAGE = 4096;
// A stream that has so much to do begins: whoever trains may not wait for it in a long time.
constexpr size_t MOST_WAITING = 4096;

enum : int {
  SUCCESS = 0,
  INVALID_VALUE = 1,
  OUT_OF_MEMORY = 2,
  NO_DEVICE = 100,
  INVALID_DEVICE = 101,
  INVALID_CONTEXT = 201,
  NOT_FOUND = 500,
  NOT_READY = 600,
  LAUNCH_FAILED = 719,
};

size_t number_of(const char *name, size_t otherwise) {
  const char *value = std::getenv(name);
  return value ? std::strtoull(value, nullptr, 10) : otherwise;
}

struct Event {
  Stream *stream = nullptr;
  std::atomic<bool> done{true};
};

struct Pieces {
  std::mutex lock;
  // By address: where the mapping begins, its length, the bytes asked for, and whose it is; none for memory of the host.
  struct Piece { void *mapping; size_t length, bytes; Card *card; };
  std::map<uintptr_t, Piece> all;
};

Pieces pieces;

struct Cards {
  std::vector<std::unique_ptr<Card>> all;
  Cards() {
    const size_t count = number_of("EMULATED_CARDS", 1);
    for (size_t number = 0; number < count; ++number) {
      auto card = std::make_unique<Card>();
      card->number = static_cast<int>(number);
      card->bytes = number_of("EMULATED_MEMORY", size_t{4} << 30);
      card->stream.card = card.get();
      all.push_back(std::move(card));
    }
    int number = 0, code = 0;
    long launch = 0;
    const char *fault = std::getenv("EMULATED_FAULT");
    if (fault && std::sscanf(fault, "%d:%ld:%d", &number, &launch, &code) == 3 && size_t(number) < count) {
      all[number]->fault_at = launch;
      all[number]->fault = code;
    }
  }
};

Cards &cards() {
  static Cards all;
  return all;
}

thread_local Card *bound = nullptr;
// What runs, for whoever reads that it went beyond its memory.
thread_local const char *running = "nothing";

void touched_too_much(int, siginfo_t *where, void *) {
  char text[200];
  const int length = std::snprintf(text, sizeof text, "emulator: %s goes beyond its memory at %p\n", running, where->si_addr);
  static_cast<void>(!write(2, text, static_cast<size_t>(length)));
  _exit(99);
}

// Memory that ends, but for at most fifteen bytes, where a page begins that may not be touched.
void *piece(size_t bytes, Card *card) {
  const size_t whole = (bytes + PAGE - 1) / PAGE * PAGE;
  void *mapping = mmap(nullptr, whole + PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (mapping == MAP_FAILED) return nullptr;
  auto *end = static_cast<unsigned char *>(mapping) + whole;
  mprotect(end, PAGE, PROT_NONE);
  auto *begin = end - (bytes + 15) / 16 * 16;
  std::memset(begin, 0xff, bytes);
  const std::lock_guard<std::mutex> guard(pieces.lock);
  pieces.all[reinterpret_cast<uintptr_t>(begin)] = {mapping, whole + PAGE, bytes, card};
  return begin;
}

int give_back(uintptr_t address) {
  const std::lock_guard<std::mutex> guard(pieces.lock);
  const auto found = pieces.all.find(address);
  if (found == pieces.all.end()) return INVALID_VALUE;
  if (found->second.card) found->second.card->used -= found->second.bytes;
  munmap(found->second.mapping, found->second.length);
  pieces.all.erase(found);
  return SUCCESS;
}

// Whether the driver can read this memory whenever it likes.
bool is_pinned(const void *at) {
  const std::lock_guard<std::mutex> guard(pieces.lock);
  auto found = pieces.all.upper_bound(reinterpret_cast<uintptr_t>(at));
  if (found == pieces.all.begin()) return false;
  --found;
  return !found->second.card && reinterpret_cast<uintptr_t>(at) < found->first + found->second.bytes;
}

int allocate(uintptr_t *address, size_t bytes) {
  Card *card = bound;
  if (!card) return INVALID_CONTEXT;
  if (card->failed) return card->failed;
  if (bytes == 0) return INVALID_VALUE;
  if (card->used.fetch_add(bytes) + bytes > card->bytes) {
    card->used -= bytes;
    return OUT_OF_MEMORY;
  }
  *address = reinterpret_cast<uintptr_t>(piece(bytes, card));
  if (*address) return SUCCESS;
  card->used -= bytes;
  return OUT_OF_MEMORY;
}

Stream *make_stream(Card *card) {
  auto *made = new Stream;
  made->card = card;
  const std::lock_guard<std::mutex> guard(card->lock);
  card->streams.push_back(made);
  return made;
}

// All streams of a card.
std::vector<Stream *> streams_of(Card *card) {
  const std::lock_guard<std::mutex> guard(card->lock);
  std::vector<Stream *> all = card->streams;
  all.push_back(&card->stream);
  return all;
}

// Whether a stream is still to read or write some memory of the host.
bool is_awaited(Stream *stream, uintptr_t begin, size_t bytes) {
  const std::lock_guard<std::mutex> guard(stream->lock);
  return std::any_of(stream->waiting.begin(), stream->waiting.end(),
                     [=](const Stream::Work &work) { return work.host >= begin && work.host < begin + bytes; });
}

int copy(uintptr_t to, uintptr_t from, size_t bytes) {
  std::memmove(reinterpret_cast<void *>(to), reinterpret_cast<void *>(from), bytes);
  return SUCCESS;
}

}  // namespace

int Stream::add(const char *what, std::function<void()> work, uintptr_t host) {
  if (card->failed) return card->failed;
  size_t count;
  {
    const std::lock_guard<std::mutex> guard(lock);
    waiting.push_back({what, std::move(work), host});
    count = waiting.size();
  }
  return count < MOST_WAITING ? SUCCESS : finish();
}

int Stream::finish(const std::atomic<bool> *done) {
  const std::lock_guard<std::recursive_mutex> one(working);
  while (!done || !*done) {
    Work work;
    {
      const std::lock_guard<std::mutex> guard(lock);
      if (waiting.empty() || card->failed) break;
      work = std::move(waiting.front());
      waiting.pop_front();
    }
    running = work.what;
    work.work();
    running = "nothing";
  }
  return card->failed;
}

void Card::fail(int code, const std::string &why) {
  std::fprintf(stderr, "emulator: card %d: %s\n", number, why.c_str());
  failed = code;
}

Stream *stream_of(void *handle) {
  const auto number = reinterpret_cast<uintptr_t>(handle);
  if (number > 2) return static_cast<Stream *>(handle);
  // 0 and 1 are the card's default stream, 2 is the thread's.
  static thread_local std::map<Card *, Stream *> own;
  if (!bound || number < 2) return bound ? &bound->stream : nullptr;
  Stream *&stream = own[bound];
  if (!stream) stream = make_stream(bound);
  return stream;
}

bool is_live(uintptr_t address, size_t bytes) {
  const std::lock_guard<std::mutex> guard(pieces.lock);
  auto found = pieces.all.upper_bound(address);
  if (found == pieces.all.begin()) return false;
  --found;
  return found->second.card && address + bytes <= found->first + found->second.bytes;
}

}  // namespace emulated

using namespace emulated;

#define API extern "C" __attribute__((visibility("default"))) int

API cuInit(unsigned) {
  struct sigaction action{};
  action.sa_sigaction = touched_too_much;
  action.sa_flags = SA_SIGINFO;
  sigaction(SIGSEGV, &action, nullptr);
  return cards().all.empty() ? NO_DEVICE : SUCCESS;
}
API cuDeviceGetCount(int *count) { *count = static_cast<int>(cards().all.size()); return SUCCESS; }
API cuDeviceGet(int *device, int number) {
  if (number < 0 || size_t(number) >= cards().all.size()) return INVALID_DEVICE;
  *device = number;
  return SUCCESS;
}
API cuDeviceGetAttribute(int *value, int attribute, int) {
  switch (attribute) {
    case 1: *value = 1024; break;   // threads of a block
    case 10: *value = 32; break;    // lanes of a warp
    case 16: *value = 132; break;   // multiprocessors
    case 75: *value = 9; break;     // compute capability
    case 115: *value = 1; break;    // pools of memory
    default: *value = 0;
  }
  return SUCCESS;
}
API cuDeviceGetName(char *name, int length, int number) {
  std::snprintf(name, static_cast<size_t>(length), "emulated card %d", number);
  return SUCCESS;
}
API cuDeviceTotalMem_v2(size_t *bytes, int number) { *bytes = cards().all[size_t(number)]->bytes; return SUCCESS; }
API cuDevicePrimaryCtxRetain(void **context, int number) { *context = cards().all[size_t(number)].get(); return SUCCESS; }
API cuDevicePrimaryCtxRelease_v2(int) { return SUCCESS; }
API cuCtxSetCurrent(void *context) { bound = static_cast<Card *>(context); return bound ? bound->failed.load() : SUCCESS; }
API cuCtxGetCurrent(void **context) { *context = bound; return SUCCESS; }
API cuCtxSetFlags(unsigned) { return SUCCESS; }
API cuCtxSynchronize() {
  if (!bound) return INVALID_CONTEXT;
  for (Stream *stream : streams_of(bound)) stream->finish();
  return bound->failed;
}

API cuStreamCreate(void **stream, unsigned) {
  if (!bound) return INVALID_CONTEXT;
  if (bound->failed) return bound->failed;
  *stream = make_stream(bound);
  return SUCCESS;
}
API cuStreamDestroy_v2(void *handle) {
  Stream *stream = stream_of(handle);
  const int result = stream->finish();
  const std::lock_guard<std::mutex> guard(stream->card->lock);
  auto &all = stream->card->streams;
  all.erase(std::remove(all.begin(), all.end(), stream), all.end());
  // It is not freed: an event may still name it.
  return result;
}
API cuStreamSynchronize(void *handle) {
  Stream *stream = stream_of(handle);
  return stream ? stream->finish() : INVALID_CONTEXT;
}
API cuStreamIsCapturing(void *, int *status) { *status = 0; return SUCCESS; }
API cuStreamWaitEvent(void *handle, void *event, unsigned) {
  auto *awaited = static_cast<Event *>(event);
  return stream_of(handle)->add("an event", [awaited] {
    if (!awaited->done) awaited->stream->finish(&awaited->done);
  });
}

API cuEventCreate(void **event, unsigned) { *event = new Event; return SUCCESS; }
API cuEventDestroy_v2(void *) { return SUCCESS; }
API cuEventRecord(void *event, void *handle) {
  auto *recorded = static_cast<Event *>(event);
  recorded->stream = stream_of(handle);
  recorded->done = false;
  return recorded->stream->add("an event", [recorded] { recorded->done = true; });
}
API cuEventSynchronize(void *event) {
  auto *awaited = static_cast<Event *>(event);
  return awaited->done ? SUCCESS : awaited->stream->finish(&awaited->done);
}
API cuEventQuery(void *event) { return static_cast<Event *>(event)->done ? SUCCESS : NOT_READY; }

API cuMemAlloc_v2(uintptr_t *address, size_t bytes) { return allocate(address, bytes); }
API cuMemAllocAsync(uintptr_t *address, size_t bytes, void *handle) {
  const int result = allocate(address, bytes);
  if (result != OUT_OF_MEMORY) return result;
  // What the stream is still to give back may be enough.
  return stream_of(handle)->finish() ?: allocate(address, bytes);
}
API cuMemFree_v2(uintptr_t address) {
  // As the driver does, it waits for all that may use it.
  const int result = cuCtxSynchronize();
  return result ? result : give_back(address);
}
API cuMemFreeAsync(uintptr_t address, void *handle) {
  return stream_of(handle)->add("cuMemFreeAsync", [address] { give_back(address); });
}
API cuMemGetInfo_v2(size_t *free, size_t *total) {
  if (!bound) return INVALID_CONTEXT;
  if (bound->failed) return bound->failed;
  *total = bound->bytes;
  *free = bound->bytes - bound->used;
  return SUCCESS;
}
API cuMemHostAlloc(void **address, size_t bytes, unsigned) {
  *address = piece(bytes, nullptr);
  return *address ? SUCCESS : OUT_OF_MEMORY;
}
API cuMemFreeHost(void *address) {
  const auto begin = reinterpret_cast<uintptr_t>(address);
  if (!bound) return INVALID_CONTEXT;
  if (bound->failed) return bound->failed;
  size_t bytes = 0;
  {
    const std::lock_guard<std::mutex> guard(pieces.lock);
    const auto found = pieces.all.find(begin);
    if (found != pieces.all.end()) bytes = found->second.bytes;
  }
  for (Stream *stream : streams_of(bound))
    if (is_awaited(stream, begin, bytes)) bound->fail(LAUNCH_FAILED, "memory of the host is given back while a copy needs it");
  return bound->failed ? bound->failed.load() : give_back(begin);
}
API cuMemsetD8Async(uintptr_t address, unsigned char byte, size_t bytes, void *handle) {
  return stream_of(handle)->add("cuMemsetD8Async", [=] { std::memset(reinterpret_cast<void *>(address), byte, bytes); });
}
API cuMemsetD8_v2(uintptr_t address, unsigned char byte, size_t bytes) {
  return cuMemsetD8Async(address, byte, bytes, nullptr) ?: cuStreamSynchronize(nullptr);
}
API cuMemcpyHtoDAsync_v2(uintptr_t to, const void *from, size_t bytes, void *handle) {
  if (is_pinned(from)) {
    const auto host = reinterpret_cast<uintptr_t>(from);
    return stream_of(handle)->add("cuMemcpyHtoDAsync", [=] { copy(to, host, bytes); }, host);
  }
  // What lies in other memory the driver has taken when it returns.
  auto taken = std::make_shared<std::vector<unsigned char>>(bytes);
  std::memcpy(taken->data(), from, bytes);
  return stream_of(handle)->add("cuMemcpyHtoDAsync", [=] { copy(to, reinterpret_cast<uintptr_t>(taken->data()), bytes); });
}
API cuMemcpyHtoD_v2(uintptr_t to, const void *from, size_t bytes) {
  return cuMemcpyHtoDAsync_v2(to, from, bytes, nullptr) ?: cuStreamSynchronize(nullptr);
}
API cuMemcpyDtoHAsync_v2(void *to, uintptr_t from, size_t bytes, void *handle) {
  const auto host = reinterpret_cast<uintptr_t>(to);
  const int result = stream_of(handle)->add("cuMemcpyDtoHAsync", [=] { copy(host, from, bytes); }, host);
  if (result) return result;
  // Into other memory the driver writes before it returns.
  return is_pinned(to) ? SUCCESS : stream_of(handle)->finish();
}
API cuMemcpyDtoH_v2(void *to, uintptr_t from, size_t bytes) {
  return cuMemcpyDtoHAsync_v2(to, from, bytes, nullptr) ?: cuStreamSynchronize(nullptr);
}
API cuMemcpyDtoDAsync_v2(uintptr_t to, uintptr_t from, size_t bytes, void *handle) {
  return stream_of(handle)->add("cuMemcpyDtoDAsync", [=] { copy(to, from, bytes); });
}

// A module is any image: the kernels are those that were compiled into the emulator.
API cuModuleLoadData(void **module, const void *) {
  static int any;
  *module = &any;
  return bound ? bound->failed.load() : SUCCESS;
}
API cuModuleUnload(void *) { return SUCCESS; }
API cuModuleGetFunction(void **function, void *, const char *name) {
  static std::mutex lock;
  static std::map<std::string, std::unique_ptr<Function>> functions;
  const Bind *bind = kernel_of(name);
  if (!bind) {
    std::fprintf(stderr, "emulator: no kernel %s\n", name);
    return NOT_FOUND;
  }
  const std::lock_guard<std::mutex> guard(lock);
  auto &kept = functions[name];
  if (!kept) kept.reset(new Function{name, bind});
  *function = kept.get();
  return SUCCESS;
}
API cuLaunchKernel(void *handle, unsigned gx, unsigned gy, unsigned gz, unsigned bx, unsigned by, unsigned bz, unsigned,
                   void *stream_handle, void **arguments, void **) {
  auto *function = static_cast<Function *>(handle);
  Stream *stream = stream_of(stream_handle);
  if (!stream) return INVALID_CONTEXT;
  Card *card = stream->card;
  if (card->failed) return card->failed;
  if (!gx || !gy || !gz || !bx || !by || !bz || bx * by * bz > 1024 || gy > 65535 || gz > 65535) return INVALID_VALUE;
  const long number = ++card->launches;
  if (card->fault_at && number >= card->fault_at) {
    card->fail(card->fault, "fails at launch " + std::to_string(number) + ", as it was told");
    return card->failed;
  }
  const Launch launch = (*function->bind)(arguments);
  return stream->add(function->name.c_str(), [=] {
    std::string problem;
    run_grid({gx, gy, gz}, {bx, by, bz}, launch, &problem);
    if (!problem.empty()) card->fail(LAUNCH_FAILED, function->name + ": " + problem);
  });
}

API cuGetErrorName(int code, const char **text) {
  static thread_local std::string name;
  switch (code) {
    case OUT_OF_MEMORY: name = "CUDA_ERROR_OUT_OF_MEMORY"; break;
    case LAUNCH_FAILED: name = "CUDA_ERROR_LAUNCH_FAILED"; break;
    case 700: name = "CUDA_ERROR_ILLEGAL_ADDRESS"; break;
    case NOT_FOUND: name = "CUDA_ERROR_NOT_FOUND"; break;
    default: name = "CUDA_ERROR_" + std::to_string(code);
  }
  *text = name.c_str();
  return SUCCESS;
}
API cuGetErrorString(int code, const char **text) { return cuGetErrorName(code, text); }
