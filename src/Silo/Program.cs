using OrleansRegistry;
using OrleansRegistry.Access;
using OrleansRegistry.Collection;
using OrleansRegistry.Commands;
using OrleansRegistry.Exchange;
using OrleansRegistry.Hosting;
using OrleansRegistry.Journal;
using OrleansRegistry.Management;
using OrleansRegistry.Operations;
using OrleansRegistry.Registry;
using OrleansRegistry.Repositories;
using OrleansRegistry.Resources;
using OrleansRegistry.Revocations;
using OrleansRegistry.Signing;
using OrleansRegistry.SigningKeys;
using OrleansRegistry.Storage;
using OrleansRegistry.Sync;
using OrleansRegistry.Tasks;
using OrleansRegistry.Trust;
using OrleansRegistry.Uploads;

OwnerOnly.Begin();
try
{
    if (HelpCommand.IsAsked(args))
        return HelpCommand.Run();
    if (args is ["bundle", .. var bundle])
        return await BundleCommand.RunAsync(bundle);
    if (args is ["export", .. var export])
        return await ExchangeCommands.ExportAsync(export);
    if (args is ["import", .. var import])
        return await ExchangeCommands.ImportAsync(import);
    if (args is ["signing-service", .. var service])
        return await SigningServiceCommand.RunAsync(service);
    if (args is ["secret-key", .. var key])
        return await SecretKeyCommand.RunAsync(key);
    if (args is ["cluster-certificate", .. var certificate])
        return await ClusterCertificateCommand.RunAsync(certificate);
    var settings = Settings.Read(args);
    var data = new DataDirectory(settings.Storage.DataDirectory);
    using var alone = settings.Storage.Postgres is null ? data.HoldAlone() : null;
    data.Tighten();
    var tls = settings.Listen.ReadCertificate();
    settings.Listen.CheckFree();
    await using var database = settings.OpenDatabase(data);
    await Migrator.MigrateAsync(database);
    await new UnstatedSignatures(database).StateAsync(OldSignatures.StatementOf);
    await new SecretKeyCheck(database, new(data)).VerifyAsync();
    var trust = await NodeTrust.FindAsync(settings, database, data);

    // Settings are read once. Waiting for others would watch all that lies below the working directory.
    var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { Args = ["--hostBuilder:reloadConfigOnChange=false"] });
    builder.Configuration.Sources.Clear();
    builder.Configuration.AddConfiguration(settings.Configuration);
    builder.AddNodeLogging(settings.Listen.AccessLog);
    builder.WebHost.ConfigureKestrel(kestrel =>
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxResponseBufferSize = 256 * 1024; // what a slow reader costs; layers are sent in pieces of half of it
        kestrel.Limits.MaxRequestBodySize = null; // a layer has no limit but the disk; manifests are limited where they are read
        tls?.UseFor(kestrel);
    });
    builder.WebHost.UseUrls(settings.Listen.Url);
    builder.Services.AddSingleton(TimeProvider.System);
    builder.Services.Configure<RemovalOptions>(settings.Configuration.GetSection("Removal"));
    builder.Services.Configure<UploadOptions>(settings.Configuration.GetSection("Uploads"));
    builder.Services.Configure<SignatureOptions>(settings.Configuration.GetSection("Signatures"));
    builder.Services.Configure<CollectionOptions>(settings.Configuration.GetSection("Collection"));
    builder.Services.Configure<TaskOptions>(settings.Configuration.GetSection("Tasks"));
    builder.Services.Configure<JournalOptions>(settings.Configuration.GetSection("Journal"));
    builder.Services.Configure<ExportOptions>(settings.Configuration.GetSection("Exports"));
    builder.Services.Configure<ImportOptions>(settings.Configuration.GetSection("Imports"));
    builder.Services.Configure<AccessOptions>(settings.Configuration.GetSection("Access"));
    builder.Services.Configure<SigningOptions>(settings.Configuration.GetSection("Signing"));
    builder.Services.AddRepositories();
    builder.Services.AddTasks();
    builder.Services.AddSigning();
    builder.Services.AddSingleton<RestingGrains>();
    builder.Services.AddCollection();
    builder.Services.AddHostedService<StandingSchedules>();
    builder.Services.AddStorage(database, data);
    builder.Services.AddUpstreams(settings.Outgoing);
    builder.Services.AddSync();
    builder.Services.AddRevocations();
    builder.Services.AddTrust();
    builder.Services.AddExchange();
    builder.Services.AddSigningKeys();
    builder.Services.AddResourceTasks();
    builder.Services.AddAccess(settings.Listen.PublicUrl);
    builder.Services.AddSingleton(settings.Access);
    builder.Services.AddSingleton<FirstUser>();
    builder.Services.AddRegistryApi();
    builder.Services.AddManagementApi();
    builder.Services.AddAccessLog(settings.Listen.AccessLog);
    builder.Services.AddHealth(settings.Listen);
    builder.AddMetrics();
    builder.AddSilo(settings, data, trust);

    var app = builder.Build();
    app.UseTrustedProxies(settings.Listen);
    app.UseAccessLog();
    app.UseSafeHeaders();
    app.UseRegistryApi();
    app.UseManagementApi();
    app.UseRouting();
    app.UseAccess(settings.RequiresAuthentication);
    app.MapAccess(settings.RequiresAuthentication);
    app.MapRegistryApi();
    app.MapSignatureApi();
    app.MapManagementApi();
    app.MapOperations();
    app.MapHealth();
    app.MapMetrics();
    if (settings.RequiresAuthentication && await app.Services.GetRequiredService<FirstUser>().EnsureAsync() is { } news)
        Console.WriteLine(settings.Proposal is { } proposal ? $"{news}\n{proposal}" : news);
    if (settings.Listen.Warning is { } warning)
        Console.WriteLine(warning);
    app.Logger.WarnOf(settings, data, args);
    app.Lifetime.ApplicationStarted.Register(() => Console.WriteLine(
        $"Listening on {string.Join(", ", app.Urls)}\nData in {data.Root}, catalogue in {settings.Storage.Describe()}"));
    await app.RunAsync();
    return 0;
}
catch (SettingException exception)
{
    await Console.Error.WriteLineAsync(exception.Message);
    return 2;
}
catch (Exception exception) when (exception
    is IOException or UnauthorizedAccessException or StoreUnavailableException or SchemaMismatchException
        or SecretKeyMismatchException)
{
    await Console.Error.WriteLineAsync($"Cannot start: {exception.Message}");
    return 1;
}
