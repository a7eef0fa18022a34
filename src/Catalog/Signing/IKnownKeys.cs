namespace OrleansRegistry.Signing;

/// <summary>The OpenPGP certificates that this server knows: those of its signing services.</summary>
public interface IKnownKeys
{
    /// <summary>A key; and of the primary key of a known certificate the subkeys, which make most signatures.</summary>
    /// <param name="key">A key id or a fingerprint, in upper-case hex digits.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Names of the same kind.</returns>
    Task<IReadOnlyList<string>> WithSubkeysAsync(string key, CancellationToken cancellationToken = default);
}
