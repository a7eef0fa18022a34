using System.Collections.Concurrent;
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
/// password is therefore never answered from memory. One password that comes many times at once is compared once.
/// </remarks>
public sealed class Passwords : IDisposable
{
    private const int Iterations = 210_000;
    private static readonly TimeSpan Remembered = TimeSpan.FromMinutes(5);

    private readonly PasswordHasher<Passwords> _hasher =
        new(Options.Create(new PasswordHasherOptions { IterationCount = Iterations }));

    private readonly byte[] _key = RandomNumberGenerator.GetBytes(32);
    private readonly MemoryCache _right = new(new MemoryCacheOptions { SizeLimit = 10_000 });
    private readonly HashingGate _gate = new(Math.Max(1, Environment.ProcessorCount / 2));
    private readonly ConcurrentDictionary<(HashingSource, string), Lazy<Task<bool>>> _underWay = new();
    private readonly BackOff _backOff;
    private readonly Lazy<string> _nobodys;

    public Passwords(TimeProvider clock)
    {
        _backOff = new(clock);
        _nobodys = new(() => _hasher.HashPassword(this, Convert.ToBase64String(RandomNumberGenerator.GetBytes(32))));
    }

    /// <summary>A password that nobody can guess.</summary>
    public static string Random() => RandomNumberGenerator.GetString(
        "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz23456789", 24);

    /// <summary>The hash to store.</summary>
    /// <exception cref="ProblemException">Too many of that source wait.</exception>
    public async Task<string> HashAsync(string password, HashingSource source)
    {
        using var turn = await _gate.EnterAsync(source);
        return _hasher.HashPassword(this, password);
    }

    /// <summary>Whether that is the password. Where there is no hash it never is, and that takes as long to say.</summary>
    /// <exception cref="ProblemException">Too many of that source wait, or it has guessed too often.</exception>
    public async Task<bool> AreEqualAsync(
        string? hash, string password, HashingSource source, CancellationToken cancellationToken)
    {
        var key = $"{hash} {Convert.ToBase64String(HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes(password)))}";
        if (hash is not null && _right.TryGetValue(key, out _))
            return true;
        _backOff.Require(source);
        return await _underWay.GetOrAdd((source, key), _ => Comparing(hash, password, key, source)).Value
            .WaitAsync(cancellationToken);
    }

    public void Dispose()
    {
        _right.Dispose();
        _backOff.Dispose();
    }

    private Lazy<Task<bool>> Comparing(string? hash, string password, string key, HashingSource source) =>
        new(() => Task.Run(() => CompareAsync(hash, password, key, source)));

    private async Task<bool> CompareAsync(string? hash, string password, string key, HashingSource source)
    {
        try
        {
            using var turn = await _gate.EnterAsync(source);
            var isRight = _hasher.VerifyHashedPassword(this, hash ?? _nobodys.Value, password)
                is not PasswordVerificationResult.Failed && hash is not null;
            if (isRight)
                Remember(key, source);
            else
                _backOff.Failed(source);
            return isRight;
        }
        finally
        {
            _underWay.TryRemove((source, key), out _);
        }
    }

    private void Remember(string key, HashingSource source)
    {
        _backOff.Succeeded(source);
        _right.Set(key, true, new MemoryCacheEntryOptions { Size = 1, AbsoluteExpirationRelativeToNow = Remembered });
    }
}
