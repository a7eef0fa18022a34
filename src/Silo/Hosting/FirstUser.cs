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
            // What is so already stays: a new hash would end the tokens of the user.
            if (!await IsFirstAsync(chosen))
                await users.RestoreFirstAsync(await passwords.HashAsync(chosen, HashingSource.Node));
            return null;
        }

        if (await users.FindCredentialsAsync(IUserStore.FirstUser) is { IsActive: true, Role: Role.Admin })
            return null; // hashing a password that nobody needs would hold up every start

        var password = Passwords.Random();
        string? path = null;
        var hash = await passwords.HashAsync(password, HashingSource.Node);
        await users.CreateFirstAsync(hash, () => path = data.WriteSecret(DataDirectory.AdminPassword, password + "\n"));
        return path is null
            ? null
            : $"Created the user '{IUserStore.FirstUser}'; the password is in the file {path}";
    }

    private async Task<bool> IsFirstAsync(string password) =>
        await users.FindCredentialsAsync(IUserStore.FirstUser) is
        { IsActive: true, Role: Role.Admin, PasswordHash: { } hash }
        && await passwords.AreEqualAsync(hash, password, HashingSource.Node, CancellationToken.None);
}
