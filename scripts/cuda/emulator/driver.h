// Cards and their streams, for the driver and for cuBLAS.
#pragma once

#include <atomic>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <vector>

#include "grid.h"

namespace emulated {

struct Card;

// Work in the order it was given; none of it is done before somebody waits for it.
struct Stream {
  struct Work {
    const char *what;
    std::function<void()> work;
    // Memory of the host that it reads or writes.
    uintptr_t host;
  };
  Card *card = nullptr;
  std::mutex lock;
  std::recursive_mutex working;
  std::deque<Work> waiting;

  // Both give what the driver would answer. Work is done up to where `done` becomes true, or all of it.
  int add(const char *what, std::function<void()> work, uintptr_t host = 0);
  int finish(const std::atomic<bool> *done = nullptr);
};

struct Card {
  int number = 0;
  size_t bytes = 0;
  std::atomic<size_t> used{0};
  std::atomic<int> failed{0};
  std::atomic<long> launches{0};
  long fault_at = 0;
  int fault = 0;
  Stream stream;
  std::mutex lock;
  std::vector<Stream *> streams;

  // From here on the card answers with that code, as cards do that have failed.
  void fail(int code, const std::string &why);
};

struct Function {
  std::string name;
  const Bind *bind;
};

// The stream of a handle of the driver, for the card that the thread is bound to.
Stream *stream_of(void *handle);

// Whether a card's memory has so many bytes from here on that nobody has given back.
bool is_live(uintptr_t address, size_t bytes);

}  // namespace emulated
