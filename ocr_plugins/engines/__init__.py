"""The engines that come with the package, registered through the same hook as anyone's."""

from ocr_plugins.plugins import Registry, hookimpl


@hookimpl
def ocr_plugins_register(registry: Registry) -> None:
    registry.engine("rapidocr", "ocr_plugins.engines.rapidocr:RapidOcrEngine")
    registry.engine("trocr", "ocr_plugins.engines.trocr:TrOcrEngine")
    registry.engine("lightonocr", "ocr_plugins.engines.lightonocr:LightOnOcrEngine")
    registry.engine("lightonocr-server", "ocr_plugins.engines.lightonocr:LightOnOcrServerEngine")
    registry.engine("vlm-server", "ocr_plugins.engines.lightonocr.vlm:VlmServerEngine")
    registry.line_detector("rapidocr", "ocr_plugins.engines.rapidocr:RapidOcrDetector")
    registry.layout_detector("cdla", "ocr_plugins.pixels.regions:CdlaDetector")
