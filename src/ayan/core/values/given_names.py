"""Given names that are common here and in English: where many cells begin with one, people stand there."""

from __future__ import annotations

from typing import Final

from ayan.core.values.text import fold

_PERSIAN: Final = """
علی محمد حسین حسن رضا مهدی احمد حمید سعید مجید امیر عباس مصطفی مرتضی ابراهیم اسماعیل یوسف جواد کاظم ناصر محمود مسعود
بهرام بهروز بهزاد پرویز پیمان جمشید داود داوود رحیم رسول روح‌الله سجاد سهراب شاهین صادق صالح طاهر عادل علیرضا غلامرضا
فرهاد فریدون کامران کریم کوروش کیوان منصور مهران میثم نادر نیما هادی هاشم وحید یاسر یعقوب محمدرضا حمیدرضا امیرحسین
فاطمه زهرا مریم زینب معصومه سکینه نرگس لیلا سارا مینا مهناز شهناز پروین نسرین ناهید زهره طاهره صدیقه اعظم اکرم اشرف
الهام الهه آرزو آزاده بهاره پریسا ترانه سمیه سمیرا شیرین شیما فرزانه فریبا کبری گلناز مژگان مهسا نازنین نگار نیلوفر هدی
"""
_ENGLISH: Final = """
james john robert michael william david richard joseph thomas charles christopher daniel matthew anthony mark donald
steven paul andrew joshua kenneth kevin brian george edward ronald timothy jason jeffrey ryan jacob gary nicholas eric
jonathan stephen larry justin scott brandon benjamin samuel gregory frank alexander raymond patrick jack dennis peter
mary patricia jennifer linda elizabeth barbara susan jessica sarah karen nancy lisa betty margaret sandra ashley emily
donna michelle carol amanda melissa deborah stephanie rebecca laura sharon cynthia kathleen amy angela shirley anna ann
brenda pamela emma nicole helen samantha katherine christine rachel carolyn janet catherine maria heather jane alice
"""
GIVEN_NAMES: Final = frozenset(fold(name) for name in (_PERSIAN + _ENGLISH).split())
"""Names as `fold` writes them."""
