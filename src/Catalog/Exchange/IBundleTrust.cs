namespace OrleansRegistry.Exchange;

/// <summary>Whose bundles an importer takes.</summary>
public interface IBundleTrust
{
    /// <summary>The public key, as it is kept; null where the text is no Ed25519 public key in PEM, and nothing else.</summary>
    string? ReadKey(string pem);
}
