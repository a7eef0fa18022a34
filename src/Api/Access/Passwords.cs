using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Options;

namespace OrleansRegistry.Access;

/// <summary>Hashes passwords, and compares them. The framework's PBKDF2 with HMAC-SHA512, a salt each.</summary>
/// <remarks>
/// A comparison is slow on purpose, and clients that know nothing of tokens send their password with every request:
/// what was right once is remembered for a while, by a keyed hash, together with the stored hash it belongs to. A new
/// password is therefore never answered from memory.
/// </remarks>
public sealed class Passwords : IDisposable
{
    private const int Iterations = 210_000;
    private const int MostWaiting = 256;
    private static readonly TimeSpan Remembered = TimeSpan.FromMinutes(5);

    private readonly PasswordHasher<Passwords> _hasher =
        new(Options.Create(new PasswordHasherOptions { IterationCount = Iterations }));

    private readonly byte[] _key = RandomNumberGenerator.GetBytes(32);
    private readonly MemoryCache _right = new(new MemoryCacheOptions { SizeLimit = 10_000 });
    private readonly SemaphoreSlim _atOnce = new(Math.Max(1, Environment.ProcessorCount / 2));
    private readonly Lazy<string> _nobodys;
    private int _waiting;

    public Passwords() => _nobodys = new(() => Hash(Convert.ToBase64String(RandomNumberGenerator.GetBytes(32))));

    /// <summary>A password that nobody can guess.</summary>
    public static string Random() => RandomNumberGenerator.GetString(
        "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz23456789", 24);

    /// <summary>The hash to store.</summary>
    public string Hash(string password) => _hasher.HashPassword(this, password);

    /// <summary>Whether that is the password. Where there is no hash it never is, and that takes as long to say.</summary>
    /// <exception cref="ProblemException">Too many wait for such an answer.</exception>
    public async Task<bool> AreEqualAsync(string? hash, string password, CancellationToken cancellationToken)
    {
        var key = $"{hash} {Convert.ToBase64String(HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes(password)))}";
        if (hash is not null && _right.TryGetValue(key, out _))
            return true;
        var isRight = await CompareAsync(hash ?? _nobodys.Value, password, cancellationToken) && hash is not null;
        if (isRight)
            _right.Set(
                key, true, new MemoryCacheEntryOptions { Size = 1, AbsoluteExpirationRelativeToNow = Remembered });
        return isRight;
    }

    public void Dispose()
    {
        _right.Dispose();
        _atOnce.Dispose();
    }

    private async Task<bool> CompareAsync(string hash, string password, CancellationToken cancellationToken)
    {
        if (Interlocked.Increment(ref _waiting) > MostWaiting)
        {
            Interlocked.Decrement(ref _waiting);
            throw new ProblemException(ProblemKind.TooManyRequests, "Too many logins at once; try again later.");
        }

        try
        {
            await _atOnce.WaitAsync(cancellationToken);
            try
            {
                return _hasher.VerifyHashedPassword(this, hash, password) != PasswordVerificationResult.Failed;
            }
            finally
            {
                _atOnce.Release();
            }
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }
}
