#!/usr/bin/env python3
"""How close are the engine's vectors to f32? 504 texts in six languages, against Candle on the same weights.

usage: scripts/bench/fidelity.py [--model FOLDER] [--instructions engine]

Vietnamese and English texts are those of data/; the others are one to four of the sentences below. Without a folder it
measures the bundled model. Needs `cargo build --release --example encode_texts`.
"""
import argparse
import json
import random
import statistics
from pathlib import Path

import run

TEXTS_A_LANGUAGE = 84
SENTENCES = {
    "Chinese": [
        "上半年，全区共完成工业总产值三十二亿元，同比增长百分之八点五。",
        "各村委会要在七月十五日前把灾情数据报送区应急管理局。",
        "我们在三个街道试点“楼栋长”制度，居民反映的问题平均两天内得到解决。",
        "今年以来，交通事故比去年同期减少十四起，死亡人数下降三人。",
        "会议强调，任何单位不得以任何理由拖欠农民工工资。",
        "由于连续降雨，水库水位一度超过警戒线零点六米。",
        "医院新购置的检查设备已经投入使用，病人等候时间缩短了一半。",
        "下一步将重点整治老旧小区的消防通道。",
        "附件：二〇二四年度培训计划表。",
        "学校、家庭和社区共同参与，辍学学生全部返校。",
    ],
    "French": [
        "Au premier semestre, la commune a réhabilité quarante-deux logements, soit sept de plus que l'an dernier.",
        "Les services techniques devront transmettre leur inventaire avant le 30 septembre.",
        "Le jumelage entre l'école et la maison de retraite mérite d'être étendu à tout le canton.",
        "Aucun retard de paiement n'a été constaté auprès des fournisseurs.",
        "La fréquentation de la bibliothèque a progressé de 18 % grâce aux horaires du samedi.",
        "Il convient de rappeler aux chefs de service l'obligation de déclarer tout accident.",
        "Malgré les inondations de mars, les récoltes ont été sauvées en grande partie.",
        "Voir le tableau en annexe.",
        "Le conseil a adopté, à l'unanimité, le budget rectificatif de l'exercice en cours.",
        "Une équipe de bénévoles accompagne désormais les personnes âgées dans leurs démarches en ligne.",
    ],
    "Spanish": [
        "Durante el año se vacunó al 96 % de los menores de cinco años del municipio.",
        "Los directores deberán entregar el informe de gastos antes del último día hábil del mes.",
        "El huerto escolar de San Jacinto ya abastece el comedor de tres escuelas vecinas.",
        "La recaudación superó en dos millones lo previsto en el presupuesto.",
        "Se ordena retirar de inmediato los vehículos abandonados en la vía pública.",
        "El número de denuncias bajó de 212 a 167 respecto al mismo período del año pasado.",
        "Faltan por reparar once kilómetros de camino rural.",
        "Firmado y sellado en la sede de la delegación.",
        "Las mujeres de la cooperativa venden por internet lo que antes dejaban a los intermediarios.",
        "La comisión visitó las obras y comprobó que avanzan según el calendario.",
    ],
    "Russian": [
        "За отчётный период в районе отремонтировано двадцать шесть километров дорог.",
        "Главам поселений до первого октября представить списки нуждающихся в жилье.",
        "Опыт совета ветеранов посёлка Озёрный заслуживает распространения.",
        "Раскрываемость краж выросла на пять процентов по сравнению с прошлым годом.",
        "Запретить въезд в лес до отмены противопожарного режима.",
        "Из-за позднего половодья посевная началась на две недели позже обычного.",
        "Приложение: смета расходов на трёх листах.",
        "Школьники под руководством учителя истории собрали воспоминания старожилов.",
        "Задолженность по заработной плате погашена полностью.",
        "Комиссия отметила, что замечания прошлой проверки устранены.",
    ],
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", type=Path)
    parser.add_argument("--instructions", default="engine")
    arguments = parser.parse_args()
    languages, texts = zip(*all_texts())
    run.TARGET.mkdir(parents=True, exist_ok=True)
    path = run.TARGET / "fidelity.txt"
    path.write_text("\n".join(texts) + "\n")
    options = ["--model", arguments.model.resolve()] if arguments.model else []
    found, exact = (run.Engine(name, [run.OURS, path, "--encoder", name, *options], 1).vectors()
                    for name in (arguments.instructions, "candle"))
    cosines = [run.cosine(a, b) for a, b in zip(found, exact)]
    print("| texts | | cosine, mean | worst |\n|---|---|---|---|")
    for language in dict.fromkeys(languages):
        row(language, [cosine for cosine, other in zip(cosines, languages) if other == language])
    row("all", cosines)


def all_texts() -> list[tuple[str, str]]:
    """Languages and texts, always the same."""
    chance = random.Random(1)
    texts = []
    for language, file in [("Vietnamese", "labels.vi.jsonl"), ("English", "labels.en.jsonl")]:
        lines = (run.ROOT / "data" / file).read_text().splitlines()
        paragraphs = [" ".join(json.loads(line)["text"].split()) for line in lines]
        if language == "English":
            sample = (run.ROOT / "data/samples/annual-report-district.en.md").read_text().splitlines()
            paragraphs += [line for line in sample if len(line.split()) > 4]
        texts += [(language, text) for text in chance.sample(paragraphs, TEXTS_A_LANGUAGE)]
    for language, sentences in SENTENCES.items():
        for _ in range(TEXTS_A_LANGUAGE):
            chosen = chance.sample(sentences, chance.choice([1, 1, 2, 3, 4]))
            texts.append((language, ("" if language == "Chinese" else " ").join(chosen)))
    return texts


def row(name: str, cosines: list[float]) -> None:
    print(f"| {name} | {len(cosines)} | {statistics.mean(cosines):.5f} | {min(cosines):.5f} |")


if __name__ == "__main__":
    main()
