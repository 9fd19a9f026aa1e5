"""The 12-layer source model as an ONNX graph, from the same 4-bit weights as the bundled one.

The graph is the one that PyTorch exports of BertModel, with mean pooling behind it, so that the engines find
the patterns which they fuse. Needs numpy and onnx.
"""
import sys
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "scripts"))
import build_model  # noqa: E402
import model_source  # noqa: E402


def source_model(folder: Path) -> None:
    """Writes the 12-layer model as a bundle: the weights of `model_source`, the vocabulary of ours."""
    folder.mkdir(parents=True, exist_ok=True)
    source = model_source.parse(model_source.fetch(ROOT / "target/model-source"))
    kept = build_model.from_bitmap(build_model.BITMAP.read_bytes())
    build_model.write_tokenizer(source, kept, folder)
    build_model.write_weights(source, kept, folder / "model.gguf")
    configuration = build_model.configuration(source, len(kept))
    (folder / "config.json").write_text(build_model.json.dumps(configuration))
    write_onnx(source, kept, folder / "model.onnx")


def write_onnx(source: model_source.Source, kept: list[int], path: Path) -> None:
    """Writes the network in f32; inputs are `ids` and `mask` of (batch, length), the output is (batch, hidden)."""
    graph = Graph(source)
    words = numbers(source.tensors["emb.word"]).reshape(-1, source.hidden)[kept]
    states = graph.node("Gather", graph.constant(words), "ids")
    zero, one = graph.constant(np.array([0])), graph.constant(np.array([1]))
    length = graph.node("Gather", graph.node("Shape", "ids"), one, axis=0)
    positions = graph.node("Slice", graph.matrix("emb.pos"), zero, length, zero)
    kind = graph.constant(numbers(source.tensors["emb.type"])[: source.hidden])
    states = graph.node("Add", graph.node("Add", states, kind), positions)
    states = graph.norm(states, "emb.ln")
    mask = graph.node("Cast", "mask", to=TensorProto.FLOAT)
    ones = graph.constant(np.array(1, np.float32))
    away = graph.node("Mul", graph.node("Sub", ones, mask), graph.constant(np.array(-1e4, np.float32)))
    away = graph.node("Unsqueeze", away, graph.constant(np.array([1, 2])))
    for layer in range(source.layers):
        states = graph.layer(states, f"l{layer}", away)
    weights = graph.node("Unsqueeze", mask, graph.constant(np.array([2])))
    total = graph.node("ReduceSum", graph.node("Mul", states, weights), graph.constant(np.array([1])), keepdims=0)
    count = graph.node("ReduceSum", weights, graph.constant(np.array([1])), keepdims=0)
    graph.node("Div", total, count, output="vectors")
    onnx.save(graph.model(), path)


def numbers(tensor: model_source.Tensor) -> np.ndarray:
    """The numbers of a tensor in f32."""
    if tensor.kind == model_source.F32:
        return np.frombuffer(tensor.data, np.float32)
    blocks = np.frombuffer(tensor.data, np.uint8).reshape(-1, 18)
    scales = blocks[:, :2].copy().view(np.float16).astype(np.float32)
    halves = np.concatenate([blocks[:, 2:] & 15, blocks[:, 2:] >> 4], axis=1)
    return ((halves.astype(np.float32) - 8) * scales).ravel()


class Graph:
    """An ONNX graph that grows node by node."""

    def __init__(self, source: model_source.Source):
        self.source, self.nodes, self.constants = source, [], []

    def node(self, kind: str, *inputs: str, output: str | None = None, **attributes) -> str:
        output = output or f"{kind}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, list(inputs), [output], name=output, **attributes))
        return output

    def constant(self, values: np.ndarray, name: str | None = None) -> str:
        name = name or f"constant_{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def matrix(self, name: str) -> str:
        return self.constant(numbers(self.source.tensors[name]).reshape(-1, self.source.hidden), name)

    def linear(self, states: str, name: str) -> str:
        bias = numbers(self.source.tensors[f"{name}.b"])
        weight = numbers(self.source.tensors[f"{name}.w"]).reshape(len(bias), -1).T
        product = self.node("MatMul", states, self.constant(weight, f"{name}.w"))
        return self.node("Add", product, self.constant(bias, f"{name}.b"))

    def norm(self, states: str, name: str) -> str:
        weight, bias = (self.constant(numbers(self.source.tensors[f"{name}.{part}"]), f"{name}.{part}") for part in "wb")
        return self.node("LayerNormalization", states, weight, bias, axis=-1, epsilon=self.source.epsilon)

    def heads(self, states: str, name: str, order: list[int]) -> str:
        size = self.source.hidden // self.source.heads
        shape = self.constant(np.array([0, 0, self.source.heads, size]))
        return self.node("Transpose", self.node("Reshape", self.linear(states, name), shape), perm=order)

    def layer(self, states: str, name: str, away: str) -> str:
        size = self.source.hidden // self.source.heads
        queries = self.heads(states, f"{name}.q", [0, 2, 1, 3])
        keys = self.heads(states, f"{name}.k", [0, 2, 3, 1])
        values = self.heads(states, f"{name}.v", [0, 2, 1, 3])
        root = self.constant(np.array(size**0.5, np.float32))
        logits = self.node("Add", self.node("Div", self.node("MatMul", queries, keys), root), away)
        context = self.node("MatMul", self.node("Softmax", logits, axis=-1), values)
        context = self.node("Transpose", context, perm=[0, 2, 1, 3])
        context = self.node("Reshape", context, self.constant(np.array([0, 0, self.source.hidden])))
        states = self.norm(self.node("Add", self.linear(context, f"{name}.ao"), states), f"{name}.aln")
        inner = self.gelu(self.linear(states, f"{name}.fi"))
        return self.norm(self.node("Add", self.linear(inner, f"{name}.fo"), states), f"{name}.oln")

    def gelu(self, states: str) -> str:
        root, one, half = (self.constant(np.array(value, np.float32)) for value in (2**0.5, 1, 0.5))
        error = self.node("Erf", self.node("Div", states, root))
        return self.node("Mul", self.node("Mul", states, self.node("Add", error, one)), half)

    def model(self) -> onnx.ModelProto:
        inputs = [helper.make_tensor_value_info(name, TensorProto.INT64, ["batch", "length"]) for name in ("ids", "mask")]
        output = helper.make_tensor_value_info("vectors", TensorProto.FLOAT, ["batch", self.source.hidden])
        graph = helper.make_graph(self.nodes, "encoder", inputs, [output], self.constants)
        return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
