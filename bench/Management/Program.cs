using Npgsql;
using OrleansRegistry.Bench.Management;

// dotnet run -c Release --project bench/Management -- [connection string of a PostgreSQL that may create databases]
// Lists of the management REST beside the same queries over a plain connection, on a large catalogue; and tasks of one
// repository while ten thousand wait on another. Without a connection string: the embedded store, with a tenth of it.
var postgres = args.FirstOrDefault();
var scale = postgres is null ? new Scale(1_000, 20_000) : new Scale(10_000, 200_000);
if (postgres is null)
{
    await RunAsync(null);
    return;
}

var name = $"registry_bench_{Guid.NewGuid():N}";
await using var administration = NpgsqlDataSource.Create(postgres);
await ExecuteAsync($"create database {name}");
try
{
    await RunAsync(new NpgsqlConnectionStringBuilder(postgres) { Database = name }.ConnectionString);
}
finally
{
    await ExecuteAsync($"drop database {name} with (force)");
}

async Task RunAsync(string? database)
{
    await using var server = await Server.StartAsync(database);
    await using var catalogue = await Catalogue.OpenAsync(database, server.DatabaseFile);
    await Seed.FillAsync(catalogue, scale);
    Console.WriteLine(
        $"{(database is null ? "Embedded" : "PostgreSQL")}: {scale.Signatures:N0} signatures, {scale.Manifests:N0} manifests, "
        + $"{scale.Tags:N0} tags, {scale.Repositories:N0} repositories\n");
    await Lists.MeasureAsync(server, catalogue, scale);
    Console.WriteLine();
    await Lists.MeasureVersionsAsync(server, scale);
    await WaitingTasks.MeasureAsync(server);
}

async Task ExecuteAsync(string sql)
{
    await using var command = administration.CreateCommand(sql);
    await command.ExecuteNonQueryAsync();
}
