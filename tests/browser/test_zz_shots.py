import pytest
from tests.browser.test_documents import *  # noqa
from tests.browser.test_documents import PHRASE
def test_shots(chromium, site, town):
    ds=[d for d in town.documents.every()]
    d=next(x for x in ds if x.version==2); plan=next(x for x in ds if x.kind=="plan"); old=next(x for x in ds if x.version==1 and x.kind!="plan")
    for w in (390,1440):
        ctx=chromium.new_context(viewport={"width":w,"height":900}); p=ctx.new_page(); p.set_default_timeout(30000)
        for lang,pre in (("fa",""),("en","/en")):
            for name,a in (("page",f"/documents/{d.digest}/2?q=هزینه"),("search",f"/search?q={PHRASE}"),("diff",f"/documents/{d.digest}/difference/{old.digest}"),("table",f"/documents/{plan.digest}")):
                if lang=="en" and name in("diff","table"): continue
                p.goto(site+pre+a); p.wait_for_load_state("networkidle"); p.screenshot(path=f"/tmp/r29shots/{name}_{lang}_{w}.png",full_page=True)
        ctx.close()
for k in list(globals()):
    if k.startswith("test_") and k!="test_shots": del globals()[k]
