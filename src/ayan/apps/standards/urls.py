"""The addresses of what is published in the words of standards."""

from django.urls import path

from ayan.apps.standards import action_api, contracting, discovery, popolo_api, reconciliation_service

urlpatterns = [
    path("catalog.ttl", discovery.catalogue_ttl, name="catalogue_ttl"),
    path("catalog.jsonld", discovery.catalogue_jsonld, name="catalogue_jsonld"),
    path("api/v1/datasets/<slug:slug>/dcat.jsonld", discovery.dataset_jsonld, name="dataset_jsonld"),
    path("data.json", discovery.data_json, name="data_json"),
    path(".well-known/api-catalog", discovery.api_catalog, name="api_catalog"),
    path("api/v1/datasets/<slug:slug>/croissant.json", discovery.dataset_croissant, name="dataset_croissant"),
    path("api/v1/datasets/<slug:slug>/rows.csv-metadata.json", discovery.csv_columns, name="csv_columns"),
    path("api/v1/datasets/<slug:slug>/fiscal.json", discovery.budget_package, name="budget_package"),
    path("api/v1/ocds", contracting.index, name="ocds"),
    path("api/v1/ocds/releases.jsonl", contracting.releases_lines, name="ocds_releases"),
    path("api/v1/ocds/records.jsonl", contracting.records_lines, name="ocds_records"),
    path("api/v1/ocds/releases/<path:ocid>", contracting.releases, name="ocds_releases_of"),
    path("api/v1/ocds/records/<path:ocid>", contracting.record, name="ocds_record"),
    path("api/v1/popolo", popolo_api.index, name="popolo"),
    path("api/v1/popolo/popolo.json", popolo_api.whole, name="popolo_whole"),
    path("api/v1/popolo/<slug:name>.json", popolo_api.of_class, name="popolo_class"),
    path("api/v1/reconcile", reconciliation_service.service, name="reconcile"),
    path("api/v1/reconcile/view", reconciliation_service.view, name="reconcile_view"),
    path("api/v1/reconcile/preview", reconciliation_service.preview, name="reconcile_preview"),
    path("api/v1/reconcile/suggest/entity", reconciliation_service.suggest_entity, name="reconcile_entities"),
    path("api/v1/reconcile/suggest/type", reconciliation_service.suggest_type, name="reconcile_types"),
    path("api/v1/reconcile/suggest/property", reconciliation_service.suggest_property, name="reconcile_properties"),
    # CKAN's own clients leave the version out.
    path("api/3/action/<str:name>", action_api.action, name="ckan_action"),
    path("api/action/<str:name>", action_api.action),
]
