// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// One convolution by oneDNN in the layouts that it likes best, for comparison.
#pragma once

#include <dnnl.hpp>
#include <vector>

#include "tests/bench/resnet50_shapes.h"

namespace bmemu::bench {

class OneDnnConvolution {
 public:
  using Type = dnnl::memory::data_type;

  OneDnnConvolution(const ConvolutionShape& s, Type source, Type weights, Type result)
      : engine_(dnnl::engine::kind::cpu, 0), stream_(engine_) {
    using Dims = dnnl::memory::dims;
    const auto d = [](std::size_t x) { return static_cast<dnnl::memory::dim>(x); };
    const auto any = [](const Dims& dims, Type type) {
      return dnnl::memory::desc(dims, type, dnnl::memory::format_tag::any);
    };
    const dnnl::convolution_forward::desc what(dnnl::prop_kind::forward_inference, dnnl::algorithm::convolution_direct,
                                               any({1, d(s.inputs), d(s.image), d(s.image)}, source),
                                               any({d(s.outputs), d(s.inputs), d(s.kernel), d(s.kernel)}, weights),
                                               any({1, d(s.outputs), d(s.result()), d(s.result())}, result),
                                               Dims{d(s.stride), d(s.stride)}, Dims{d(s.pad()), d(s.pad())},
                                               Dims{d(s.pad()), d(s.pad())});
    const dnnl::convolution_forward::primitive_desc chosen(what, engine_);
    primitive_ = dnnl::convolution_forward(chosen);
    for (const auto& [argument, desc] :
         {std::pair{DNNL_ARG_SRC, chosen.src_desc()}, std::pair{DNNL_ARG_WEIGHTS, chosen.weights_desc()},
          std::pair{DNNL_ARG_DST, chosen.dst_desc()}}) {
      dnnl::memory memory(desc, engine_);
      std::fill_n(static_cast<unsigned char*>(memory.get_data_handle()), desc.get_size(), 0x3C);
      arguments_.insert({argument, memory});
    }
  }

  void run() {
    primitive_.execute(stream_, arguments_);
    stream_.wait();
  }

 private:
  dnnl::engine engine_;
  dnnl::stream stream_;
  dnnl::convolution_forward primitive_;
  std::unordered_map<int, dnnl::memory> arguments_;
};

}  // namespace bmemu::bench
