namespace OrleansRegistry.Bundles;

/// <summary>A bundle is not what it should be. The message is a sentence for people: what, and where.</summary>
public sealed class BundleException(string message) : Exception(message);
