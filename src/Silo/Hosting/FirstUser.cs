using OrleansRegistry.Access;
using OrleansRegistry.Storage;

namespace OrleansRegistry.Hosting;

/// <summary>Sees to it that somebody can log in: on the first start, or with the password that the settings give.</summary>
internal sealed class FirstUser(IUserStore users, Passwords passwords, DataDirectory data, AccessOptions options)
{
    /// <summary>What the operator should know, or null.</summary>
    public async Task<string?> EnsureAsync()
    {
        if (options.AdminPassword is { } chosen)
        {
            await users.RestoreFirstAsync(passwords.Hash(chosen));
            return null;
        }

        var password = Passwords.Random();
        string? path = null;
        await users.CreateFirstAsync(passwords.Hash(password), () => path = data.WriteSecret(DataDirectory.AdminPassword, password + "\n"));
        return path is null
            ? null
            : $"Created the user '{IUserStore.FirstUser}'; the password is in the file {path}";
    }
}
