using OrleansRegistry.Hosting;
using OrleansRegistry.Storage;

namespace OrleansRegistry.Commands;

/// <summary>What commands need that work on the data and the catalogue without a running node.</summary>
internal static class Offline
{
    /// <summary>Opens what the settings name, brings the schema up to date, and closes everything afterwards.</summary>
    public static async Task<int> RunAsync(Settings settings, Func<IDatabase, DataDirectory, Task<int>> work)
    {
        var data = new DataDirectory(settings.Storage.DataDirectory);
        using var alone = settings.Storage.Postgres is null ? data.HoldAlone() : null;
        await using var database = settings.OpenDatabase(data);
        await Migrator.MigrateAsync(database);
        return await work(database, data);
    }
}
