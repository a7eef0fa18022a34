namespace OrleansRegistry.Signatures.Signing;

/// <summary>The keys that can be generated.</summary>
public enum OpenPgpKeyKind
{
    Rsa3072,
    Rsa4096,
    Ed25519,
    NistP256,
}
