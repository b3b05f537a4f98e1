"""One small loader per public format, each giving items, interactions and a cleaning report."""

from retriever.datasets.cleaning import Dataset, clean
from retriever.datasets.report import CleaningReport, Finding

__all__ = ["CleaningReport", "Dataset", "Finding", "clean"]
