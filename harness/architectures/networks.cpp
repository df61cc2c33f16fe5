// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// The architectures, each from its publication or the code that its authors published.
#include <utility>

#include "harness/architectures/architecture.h"
#include "harness/architectures/layers.h"
#include "isa/error.h"

namespace bmemu::harness {
namespace {

using kernels::Graph;
using kernels::Shape;
using kernels::ValueId;

constexpr Act kRelu = Act::kRelu, kSilu = Act::kSilu, kNone = Act::kNone;

// ---- Residual networks (He et al. 2016; torchvision places the stride in the 3x3 convolution)

ValueId bottleneck(Layers& net, ValueId x, std::int64_t width, std::int64_t stride) {
  ValueId y = net.conv(net.conv(x, width, 1, 1, kRelu), width, 3, stride, kRelu);
  y = net.conv(y, 4 * width, 1, 1, kNone);
  const bool is_changed = stride > 1 || net.channels(x) != 4 * width;
  return net.act(net.add(y, is_changed ? net.conv(x, 4 * width, 1, stride, kNone) : x), kRelu);
}

ValueId basic_block(Layers& net, ValueId x, std::int64_t width, std::int64_t stride) {
  const ValueId y = net.conv(net.conv(x, width, 3, stride, kRelu), width, 3, 1, kNone);
  const bool is_changed = stride > 1 || net.channels(x) != width;
  return net.act(net.add(y, is_changed ? net.conv(x, width, 1, stride, kNone) : x), kRelu);
}

void classify(Layers& net, ValueId x, std::int64_t classes) {
  const ValueId pooled = net.global_average(x);
  net.output(net.linear(net.reshape(pooled, {net.shape(pooled)[0], net.channels(pooled)}), classes));
}

Graph residual(const char* name, std::int64_t batch, const std::vector<int>& blocks,
               ValueId (*block)(Layers&, ValueId, std::int64_t, std::int64_t)) {
  Layers net(name);
  ValueId x = net.conv(net.input("images", {batch, 3, 224, 224}), 64, 7, 2, kRelu);
  x = net.max_pool(x, square(3), square(2), {0, 1, 1});
  std::int64_t width = 64;
  for (std::size_t stage = 0; stage < blocks.size(); ++stage, width *= 2)
    for (int i = 0; i < blocks[stage]; ++i) x = block(net, x, width, stage > 0 && i == 0 ? 2 : 1);
  classify(net, x, 1000);
  return net.finish();
}

Graph resnet18(std::int64_t batch) { return residual("resnet18", batch, {2, 2, 2, 2}, basic_block); }
Graph resnet50(std::int64_t batch) { return residual("resnet50", batch, {3, 4, 6, 3}, bottleneck); }
Graph resnet260(std::int64_t batch) { return residual("resnet260", batch, {3, 24, 56, 3}, bottleneck); }

// ---- MobileNetV2 (Sandler et al. 2018, table 2)

Graph mobilenetv2(std::int64_t batch) {
  struct Stage {
    std::int64_t expansion, channels;
    int repeats;
    std::int64_t stride;
  };
  constexpr Stage kStages[] = {{1, 16, 1, 1}, {6, 24, 2, 2},  {6, 32, 3, 2}, {6, 64, 4, 2},
                               {6, 96, 3, 1}, {6, 160, 3, 2}, {6, 320, 1, 1}};
  Layers net("mobilenetv2");
  ValueId x = net.conv(net.input("images", {batch, 3, 224, 224}), 32, 3, 2, Act::kRelu6);
  for (const Stage& stage : kStages)
    for (int i = 0; i < stage.repeats; ++i) {
      const std::int64_t wide = net.channels(x) * stage.expansion, stride = i == 0 ? stage.stride : 1;
      ValueId y = stage.expansion > 1 ? net.conv(x, wide, 1, 1, Act::kRelu6) : x;
      y = net.conv(y, {wide, square(3), {1, stride, stride}, {}, wide, Act::kRelu6});
      y = net.conv(y, stage.channels, 1, 1, kNone);
      x = net.shape(x) == net.shape(y) ? net.add(x, y) : y;
    }
  classify(net, net.conv(x, 1280, 1, 1, Act::kRelu6), 1000);
  return net.finish();
}

// ---- YOLOv5s 6.1 (ultralytics/yolov5, models/yolov5s.yaml), three raw heads

ValueId c3(Layers& net, ValueId x, std::int64_t channels, int repeats, bool adds) {
  const std::int64_t half = channels / 2;
  ValueId a = net.conv(x, half, 1, 1, kSilu);
  const ValueId b = net.conv(x, half, 1, 1, kSilu);
  for (int i = 0; i < repeats; ++i) {
    const ValueId y = net.conv(net.conv(a, half, 1, 1, kSilu), half, 3, 1, kSilu);
    a = adds ? net.add(a, y) : y;
  }
  return net.conv(net.concat({a, b}), channels, 1, 1, kSilu);
}

ValueId pool_pyramid(Layers& net, ValueId x, std::int64_t channels) {
  std::vector<ValueId> parts{net.conv(x, net.channels(x) / 2, 1, 1, kSilu)};
  for (int i = 0; i < 3; ++i) parts.push_back(net.max_pool(parts.back(), square(5), square(1), {0, 2, 2}));
  return net.conv(net.concat(parts), channels, 1, 1, kSilu);
}

Graph yolov5s(std::int64_t batch) {
  Layers net("yolov5s");
  ValueId x = net.conv(net.input("images", {batch, 3, 640, 640}),
                       {32, square(6), {1, 2, 2}, kernels::Spatial{0, 2, 2}, 1, kSilu});
  x = c3(net, net.conv(x, 64, 3, 2, kSilu), 64, 1, true);
  const ValueId p3 = c3(net, net.conv(x, 128, 3, 2, kSilu), 128, 2, true);
  const ValueId p4 = c3(net, net.conv(p3, 256, 3, 2, kSilu), 256, 3, true);
  const ValueId p5 = pool_pyramid(net, c3(net, net.conv(p4, 512, 3, 2, kSilu), 512, 1, true), 512);
  const ValueId a = net.conv(p5, 256, 1, 1, kSilu);
  const ValueId b = net.conv(c3(net, net.concat({net.enlarge_twice(a), p4}), 256, 1, false), 128, 1, 1, kSilu);
  const ValueId large = c3(net, net.concat({net.enlarge_twice(b), p3}), 128, 1, false);
  const ValueId middle = c3(net, net.concat({net.conv(large, 128, 3, 2, kSilu), b}), 256, 1, false);
  const ValueId small = c3(net, net.concat({net.conv(middle, 256, 3, 2, kSilu), a}), 512, 1, false);
  for (const ValueId level : {large, middle, small}) {
    const ValueId head = net.conv(level, 255, 1, 1, kNone);
    const Shape& size = net.shape(head);
    net.output(net.permute(net.reshape(head, {batch, 3, 85, size[2], size[3]}), {0, 1, 3, 4, 2}));
  }
  return net.finish();
}

// ---- OpenPose, COCO body model (Cao et al. 2017): ten layers of VGG19 and six stages of two branches

ValueId pose_branch(Layers& net, ValueId x, std::int64_t channels, bool is_first) {
  for (int i = 0; i < (is_first ? 3 : 5); ++i) x = net.conv(x, 128, is_first ? 3 : 7, 1, kRelu);
  return net.conv(net.conv(x, is_first ? 512 : 128, 1, 1, kRelu), channels, 1, 1, kNone);
}

Graph openpose(std::int64_t batch) {
  Layers net("openpose_coco");
  ValueId x = net.input("images", {batch, 3, 368, 368});
  for (const std::int64_t channels : {64, 64, 0, 128, 128, 0, 256, 256, 256, 256, 0, 512, 512, 256, 128})
    x = channels == 0 ? net.max_pool(x, square(2), square(2)) : net.conv(x, channels, 3, 1, kRelu);
  const ValueId features = x;
  for (int stage = 0; stage < 6; ++stage) {
    const ValueId fields = pose_branch(net, x, 38, stage == 0), maps = pose_branch(net, x, 19, stage == 0);
    x = stage < 5 ? net.concat({fields, maps, features}) : net.concat({maps, fields});
  }
  net.output(x);
  return net.finish();
}

// ---- LPRNet (Zherzdev, Gruzdev 2018; sirius-ai/LPRNet_Pytorch), 68 classes

ValueId small_block(Layers& net, ValueId x, std::int64_t channels) {
  const std::int64_t quarter = channels / 4;
  x = net.conv(x, quarter, 1, 1, kRelu);
  x = net.conv(x, {quarter, {1, 3, 1}, square(1), {}, 1, kRelu});
  x = net.conv(x, {quarter, {1, 1, 3}, square(1), {}, 1, kRelu});
  return net.conv(x, channels, 1, 1, kRelu);
}

/// A 3-D maximum of 1x3x3 with a stride over channels, as two in the plane with transpositions between them.
ValueId pool_channels(Layers& net, ValueId x, std::int64_t stride) {
  const ValueId turned = net.permute(net.max_pool(x, square(3), {1, 1, 2}), {0, 3, 2, 1});
  return net.permute(net.max_pool(turned, square(1), {1, 1, stride}), {0, 3, 2, 1});
}

Graph lprnet(std::int64_t batch) {
  Layers net("lprnet");
  const kernels::Spatial none{};
  const ValueId k0 = net.conv(net.input("images", {batch, 3, 24, 94}), {64, square(3), square(1), none, 1, kRelu});
  const ValueId k1 = small_block(net, net.max_pool(k0, square(3), square(1)), 128);
  const ValueId k2 = small_block(net, small_block(net, pool_channels(net, k1, 2), 256), 256);
  ValueId x = net.conv(pool_channels(net, k2, 4), {256, {1, 1, 4}, square(1), none, 1, kRelu});
  x = net.conv(x, {68, {1, 13, 1}, square(1), none, 1, kRelu});
  std::vector<ValueId> scales;
  for (const ValueId part : {net.average_pool(k0, square(5), square(5)), net.average_pool(k1, square(5), square(5)),
                             net.average_pool(k2, {1, 4, 10}, {1, 4, 2}), x}) {
    const ValueId squares = net.binary(kernels::BinaryFunction::kMul, part, part);
    scales.push_back(net.binary(kernels::BinaryFunction::kDiv, part, net.mean(squares, {1, 2, 3})));
  }
  const ValueId maps = net.mean(net.conv(net.concat(scales), 68, 1, 1, kNone), {2});
  net.output(net.reshape(maps, {batch, 68, net.shape(maps)[3]}));
  return net.finish();
}

// ---- C3D (Tran et al. 2015), 101 classes

Graph c3d(std::int64_t batch) {
  struct Stage {
    std::int64_t channels;
    int layers;
  };
  constexpr Stage kStages[] = {{64, 1}, {128, 1}, {256, 2}, {512, 2}, {512, 2}};
  Layers net("c3d");
  ValueId x = net.input("input", {batch, 3, 16, 112, 112});
  for (std::size_t i = 0; i < std::size(kStages); ++i) {
    for (int k = 0; k < kStages[i].layers; ++k)
      x = net.conv(x, {kStages[i].channels, {3, 3, 3}, {1, 1, 1}, {}, 1, kRelu});
    const kernels::Spatial window{i == 0 ? 1 : 2, 2, 2};
    x = net.max_pool(x, window, window, i == 4 ? kernels::Spatial{0, 1, 1} : kernels::Spatial{});
  }
  x = net.reshape(x, {batch, kernels::elements(net.shape(x)) / batch});
  net.output(net.linear(net.linear(net.linear(x, 4096, kRelu), 4096, kRelu), 101));
  return net.finish();
}

// ---- ViT-Ti/16 (Dosovitskiy et al. 2021; Touvron et al. 2021): 12 layers of 192 features, 3 heads

ValueId attention(Layers& net, ValueId x, std::int64_t heads) {
  const Shape size = net.shape(x);
  const std::int64_t batch = size[0], tokens = size[1], features = size[2], each = features / heads;
  const auto split = [&](ValueId from, const std::vector<std::int64_t>& order) {
    const ValueId turned = net.permute(net.reshape(from, {batch, tokens, heads, each}), order);
    const Shape& now = net.shape(turned);
    return net.reshape(turned, {batch * heads, now[2], now[3]});
  };
  const ValueId query = split(net.linear(x, features), {0, 2, 1, 3});
  const ValueId key = split(net.linear(x, features), {0, 2, 3, 1});
  const ValueId value = split(net.linear(x, features), {0, 2, 1, 3});
  const ValueId mixed = net.product(net.softmax(net.product(query, key)), value);
  const ValueId joined = net.permute(net.reshape(mixed, {batch, heads, tokens, each}), {0, 2, 1, 3});
  return net.linear(net.reshape(joined, size), features);
}

Graph vit_tiny(std::int64_t batch) {
  constexpr std::int64_t kFeatures = 192, kHeads = 3, kPatches = 196;
  Layers net("vit_tiny");
  ValueId x = net.conv(net.input("images", {batch, 3, 224, 224}),
                       {kFeatures, square(16), {1, 16, 16}, kernels::Spatial{}, 1, kNone});
  x = net.permute(net.reshape(x, {batch, kFeatures, kPatches}), {0, 2, 1});
  const std::vector<ValueId> tokens(static_cast<std::size_t>(1), net.weights({batch, 1, kFeatures}, 0.02));
  x = net.concat({tokens.front(), x}, 1);
  x = net.add(x, net.weights({1, kPatches + 1, kFeatures}, 0.02));
  for (int layer = 0; layer < 12; ++layer) {
    x = net.add(x, attention(net, net.layer_norm(x), kHeads));
    x = net.add(x, net.linear(net.linear(net.layer_norm(x), 4 * kFeatures, Act::kGelu), kFeatures));
  }
  net.output(net.linear(net.reshape(net.first(net.layer_norm(x), 1), {batch, kFeatures}), 1000));
  return net.finish();
}

}  // namespace

const std::vector<Architecture>& architectures() {
  static const std::vector<Architecture> kList = {
      {"c3d", "3x16x112x112", "video classification with 3-D convolutions: Tran et al. 2015", c3d},
      {"lprnet", "3x24x94", "licence plates: Zherzdev, Gruzdev 2018", lprnet},
      {"mobilenetv2", "3x224x224", "depthwise convolutions: Sandler et al. 2018", mobilenetv2},
      {"openpose_coco", "3x368x368", "body poses, large kernels: Cao et al. 2017", openpose},
      {"resnet18", "3x224x224", "classification: He et al. 2016", resnet18},
      {"resnet50", "3x224x224", "classification with bottlenecks: He et al. 2016", resnet50},
      {"resnet260", "3x224x224", "bottlenecks [3, 24, 56, 3]: 260 layers, for the FAQ's ResNet260, which is not public",
       resnet260},
      {"vit_tiny", "3x224x224", "a transformer of 12 layers: Dosovitskiy et al. 2021, Touvron et al. 2021", vit_tiny},
      {"yolov5s", "3x640x640", "detection, version 6.1 with three raw heads: ultralytics/yolov5", yolov5s},
  };
  return kList;
}

bool is_architecture(std::string_view path) {
  return path.substr(0, kArchitecturePrefix.size()) == kArchitecturePrefix;
}

const Architecture& find_architecture(std::string_view path) {
  const std::string_view wanted = is_architecture(path) ? path.substr(kArchitecturePrefix.size()) : path;
  std::string known;
  for (const auto& architecture : architectures()) {
    if (architecture.name == wanted) return architecture;
    known += (known.empty() ? "" : ", ") + std::string(architecture.name);
  }
  throw Error({"E-NETWORK-NAME", std::string(kArchitecturePrefix), std::string(wanted), known,
               "there is no built-in network of this name"});
}

}  // namespace bmemu::harness
