"""One small loader per public format, each giving items, interactions and a cleaning report."""
