// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Tensors of the layer map, read out of memory. The same tensor is found in local memory, in global memory after its
// store and in local memory after a load: what is read must be the same each time, whatever the layouts.
#include "emulator/session/layer_tensor.h"

#include <gtest/gtest.h>

#include <cstring>
#include <filesystem>
#include <map>
#include <random>

#include "emulator/session/session.h"
#include "tests/folders.h"

namespace bmemu::emulator {
namespace {

/// Bytes of whole tensors and which of their elements were seen.
class Seen {
 public:
  void add(const isa::LayerTensor& tensor, const std::vector<std::uint8_t>& bytes) {
    const std::size_t width = isa::bits(tensor.type) / 8;
    Whole& whole = tensors_[original(tensor.name)];
    if (whole.bytes.empty()) {
      whole.bytes.resize(tensor.whole_elements() * width);
      whole.seen.resize(tensor.whole_elements());
    }
    if (whole.bytes.size() != tensor.whole_elements() * width) return;  // the tensor was given another type or shape
    const std::uint8_t* from = bytes.data();
    isa::Dimensions at{};
    for (at[0] = tensor.begin[0]; at[0] < tensor.end[0]; ++at[0])
      for (at[1] = tensor.begin[1]; at[1] < tensor.end[1]; ++at[1])
        for (at[2] = tensor.begin[2]; at[2] < tensor.end[2]; ++at[2])
          for (at[3] = tensor.begin[3]; at[3] < tensor.end[3]; ++at[3])
            for (at[4] = tensor.begin[4]; at[4] < tensor.end[4]; ++at[4], from += width) {
              std::uint64_t index = 0;
              for (std::size_t k = 0; k < 5; ++k) index = index * tensor.shape[k] + at[k];
              std::uint8_t* to = whole.bytes.data() + index * width;
              if (whole.seen[index] && std::memcmp(to, from, width) != 0) wrong_[tensor.name]++;
              if (whole.seen[index]) ++repeated_;
              if (from[0] != 0) ++non_zero_;
              std::memcpy(to, from, width);
              whole.seen[index] = true;
            }
  }
  std::uint64_t repeated() const { return repeated_; }
  std::uint64_t non_zero() const { return non_zero_; }
  const std::map<std::string, std::uint64_t>& wrong() const { return wrong_; }

 private:
  static std::string original(const std::string& name) { return name.rfind("load_", 0) == 0 ? name.substr(5) : name; }

  struct Whole {
    std::vector<std::uint8_t> bytes;
    std::vector<bool> seen;
  };
  std::map<std::string, Whole> tensors_;
  std::uint64_t repeated_ = 0;
  std::uint64_t non_zero_ = 0;
  std::map<std::string, std::uint64_t> wrong_;
};

std::vector<std::string> programs() {
  namespace fs = std::filesystem;
  const fs::path bundled = fs::path(tests::source_dir()) / "traces";
  std::vector<std::string> list{(bundled / "lprnet_bm1684_int8_1b.bmodel.zst").string(),
                                (bundled / "lprnet_bm1684x_int8_1b.bmodel.zst").string(),
                                (bundled / "yolov5s_bm1684_int8_4b.bmodel.zst").string()};  // slices, packed batches
  const fs::path reference = fs::path(tests::reference_dir()) / "bmodels";
  if (fs::exists(reference))
    for (const auto& entry : fs::directory_iterator(reference)) {
      const std::string name = entry.path().filename().string();
      const bool is_wanted = name.rfind("lprnet", 0) == 0 || name.rfind("c3d_bm1684x_int8_1b", 0) == 0;
      if (is_wanted && name.find(".bmodel") != std::string::npos) list.push_back(entry.path().string());
    }
  return list;
}

TEST(LayerTensors, AreTheSameWhereverTheyLie) {
  for (const std::string& path : programs()) {
    SCOPED_TRACE(path);
    Session session = Session::open(path);
    ASSERT_FALSE(session.program().layers.results.empty());
    std::mt19937 random(5);
    // The bundled programs have no weights: random ones make every tensor different.
    for (const isa::MemorySegment& segment : session.program().image) {
      std::vector<std::uint8_t> bytes(segment.data.size);
      for (auto& byte : bytes) byte = static_cast<std::uint8_t>(random());
      session.write(segment.address, bytes.data(), bytes.size());
    }
    for (const isa::TensorInfo& input : session.program().inputs) {
      std::vector<float> values(input.bytes / sizeof(float));
      for (float& value : values) value = static_cast<float>(random() % 2000) * 0.001F - 1.0F;
      session.set_input(input.name, values.data(), input.bytes);
    }
    Seen seen;
    LayerResultWatcher watcher(session.program(),
                               [&](const isa::LayerResult& result, const memory::ChipMemory& memory) {
                                 seen.add(result.tensor, read_layer_tensor(result.tensor, session.chip(), memory));
                               });
    session.watch(watcher);
    session.finish();
    EXPECT_TRUE(seen.wrong().empty()) << testing::PrintToString(seen.wrong());
    EXPECT_GT(seen.repeated(), 10000U);
    EXPECT_GT(seen.non_zero(), 10000U);
  }
}

}  // namespace
}  // namespace bmemu::emulator
